/**
 * What no reader should see: control characters but tab and line feed, and the marks that turn the direction of text,
 * with which a span could make a message read otherwise than it is written.
 */
// oxlint-disable-next-line no-control-regex
const UNSEEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g
// oxlint-disable-next-line no-control-regex
const BREAKS = /[\t\n\v\f\r\x85\u2028\u2029]+/g

/** Text as people may see it, of at most `most` UTF-16 units, with its line breaks. */
export function cleanText(text: string, most: number): string {
  // What is far too long is cut before anything is done with it.
  return cutText(
    text
      .slice(0, 2 * most + 2)
      .replaceAll('\r\n', '\n')
      .replaceAll(UNSEEN, ' '),
    most,
  )
}

/** As `cleanText`, on one line. */
export function cleanLine(text: string, most: number): string {
  return cleanText(text.slice(0, 2 * most + 2).replaceAll(BREAKS, ' '), most).trim()
}

/** The text where it is no longer than this, else its beginning and an ellipsis. No character is cut in two. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return toWellFormed(text)
  const end = most - 1
  return `${toWellFormed(text.slice(0, isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end))}…`
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

/** Half a surrogate pair is no Unicode, and strict parsers refuse a whole document for it. */
export function toWellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}
