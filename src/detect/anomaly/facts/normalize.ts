/** Names are bounded: what is longer is cut. */
const LONGEST_NAME = 120

/** Ids and numbers: hexadecimal of eight digits or more, UUIDs, and digits that are no part of a name such as `v1`. */
const CHANGING = /\b0x[0-9a-f]+\b|\b[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b|(?<![a-z_\d])\d+/gi

/** A text in which whatever is likely to be another one each time stands as `#`, so that texts of one kind are the same. */
export function normalizeText(text: string): string {
  return text
    .slice(0, 4 * LONGEST_NAME)
    .replace(CHANGING, '#')
    .slice(0, LONGEST_NAME)
}

const LARGEST_CACHE = 20_000

/** The same, remembered for as many texts as a cache holds. */
export function createNormalizer(): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size >= LARGEST_CACHE) known.clear()
    const normalized = normalizeText(text)
    known.set(text, normalized)
    return normalized
  }
}
