import { cutText } from '../text/clean-text.js'

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
])

/**
 * Text that Slack shows as it is: without it, `<!channel>` in the name of a span would wake everybody.
 * https://docs.slack.dev/messaging/formatting-message-text/#escaping
 */
export function escapeSlack(text: string): string {
  return text.replaceAll(/[&<>]/g, (char) => ENTITIES.get(char) ?? char)
}

/** As `escapeSlack`, of at most so many characters once it is escaped. */
export function escapeSlackWithin(text: string, most: number): string {
  let cut = cutText(text, most)
  // Each round takes off what the escaping added, which ends as the text gets shorter.
  for (let over = escapeSlack(cut).length - most; over > 0; over = escapeSlack(cut).length - most) {
    cut = cutText(cut, Math.max(1, cut.length - Math.ceil(over / 5) - 1))
  }
  return escapeSlack(cut)
}

/** A longer one leaves no room for what it is a link of. */
const LONGEST_LINK = 1800

/** A link with a text, or the text alone where there is no address, or too long a one. It must be one that `toHttpLink` gave. */
export function slackLink(text: string, url: string | undefined): string {
  const label = escapeSlackWithin(text.replaceAll('|', '¦'), 800)
  if (url === undefined) return label
  const address = escapeSlack(url.replaceAll('|', '%7C').replaceAll('>', '%3E').replaceAll('<', '%3C'))
  return address.length > LONGEST_LINK ? label : `<${address}|${label}>`
}
