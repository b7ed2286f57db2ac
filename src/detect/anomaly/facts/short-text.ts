/** Names are bounded: what is longer is cut. In UTF-16 units. */
export const LONGEST_NAME = 120

/** Whatever could begin a new line, and what no reader sees. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/gu
const HALF_AT_END = /[\uD800-\uDBFF]$/

/**
 * A text on one line, cut where it is longer: names come from anywhere, and end up in keys, which are joined by newlines,
 * and in sentences.
 */
export function shortText(text: string, most = LONGEST_NAME): string {
  const cut = text.length > most ? copyOf(text.slice(0, most).replace(HALF_AT_END, '')) : text
  return cut.replace(CONTROL, ' ')
}

/** A part of a text holds on to the whole of it, which may be megabytes. */
function copyOf(part: string): string {
  return Buffer.from(part).toString()
}
