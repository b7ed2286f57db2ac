/**
 * Slack's own form of formatted text. Unlike `mrkdwn`, which has no escape for `*`, `_`, `~` and backticks, it holds texts
 * apart from what is to be made of them: a name is shown as it is, whatever it looks like.
 * https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
export type RichText =
  | { readonly type: 'text'; readonly text: string; readonly style?: RichTextStyle }
  | {
      readonly type: 'link'
      readonly url: string
      readonly text: string
      readonly style?: RichTextStyle
    }
  | { readonly type: 'emoji'; readonly name: string }

interface RichTextStyle {
  readonly bold?: true
  readonly code?: true
}

/** A longer address leaves no room for what it is a link of. */
const LONGEST_LINK = 1800

/** The text as a link, or by itself where there is no address or too long a one. The text must not be empty. */
export function linkTo(text: string, url: string | undefined, style?: RichTextStyle): RichText {
  const styled = style === undefined ? {} : { style }
  if (url === undefined || url.length > LONGEST_LINK) return { type: 'text', text, ...styled }
  return { type: 'link', url, text, ...styled }
}

export type RichLine = readonly RichText[]

/** The lines that fit into so many characters, addresses counted: of those after the first, whole ones only. */
export function takeLines(lines: readonly RichLine[], most: number): readonly RichLine[] {
  let size = 0
  return lines.filter((line, index) => {
    const longer = size + sizeOf(line) + 1
    if (index > 0 && longer > most) return false
    size = longer
    return true
  })
}

/** How many characters a line has, addresses counted. */
export function sizeOf(line: RichLine): number {
  return line.reduce((sum, part) => sum + lengthOf(part), 0)
}

function lengthOf(part: RichText): number {
  if (part.type === 'emoji') return part.name.length
  return part.text.length + (part.type === 'link' ? part.url.length : 0)
}

/** Lines as a block. Slack refuses texts that are empty. */
export function toRichTextBlock(lines: readonly RichLine[]): object {
  const elements = lines.flatMap((line, index) => [...(index === 0 ? [] : [LINE_BREAK]), ...line])
  const filled = elements.filter((part) => part.type === 'emoji' || part.text !== '')
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: filled }] }
}

const LINE_BREAK: RichText = { type: 'text', text: '\n' }
