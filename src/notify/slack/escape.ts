import { cutText } from '../text/clean-text.js'

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
])

/**
 * Text without control sequences: without it, `<!channel>` in the name of a span would wake everybody.
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

/** What looks like those characters that make formatting, for which `mrkdwn` has no escape. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map([
  ['*', '∗'],
  ['_', 'ˍ'],
  ['~', '∼'],
  ['`', 'ˋ'],
])
/** An underscore within a word makes nothing, and most names have some. */
const FORMATTING = /[*~`]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu

/**
 * A value within the user's own `mrkdwn`: it makes no mention, no link and no formatting. An address stays one, so that the
 * user can make a link of it.
 */
export function escapeMrkdwn(text: string): string {
  if (/^https?:\/\/[^\s|<>]+$/.test(text)) return escapeSlack(text)
  return escapeSlack(text.replaceAll(FORMATTING, (char) => LOOKALIKES.get(char) ?? char))
}

/** `mrkdwn` in parts of at most so many characters, broken between lines, and cut off after `mostParts` of them. */
export function splitMrkdwn(text: string, most: number, mostParts: number): readonly string[] {
  const parts: string[] = []
  let part = ''
  for (const line of text.split('\n').map((each) => cutMrkdwn(each, most))) {
    if (part.length + line.length < most) {
      part += part === '' ? line : `\n${line}`
      continue
    }
    parts.push(part)
    part = line
  }
  return [...parts, part].filter((each) => each.trim() !== '').slice(0, mostParts)
}

/** No link and no escaped character is cut in two, which would show as rubbish. */
function cutMrkdwn(text: string, most: number): string {
  if (text.length <= most) return text
  const cut = cutText(text, most).slice(0, -1)
  return `${cut.replace(/<[^<>]*$/, '').replace(/&[a-z]{0,3}$/, '')}…`
}
