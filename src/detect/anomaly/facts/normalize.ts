import { LONGEST_NAME, shortText } from './short-text.js'

/** What comes after so much of a text is not looked at. */
const LONGEST_READ = 4 * LONGEST_NAME

/** Ids and numbers: hexadecimal of eight digits or more, UUIDs, and digits that are no part of a name such as `v1`. */
const CHANGING = /\b0x[0-9a-f]+\b|\b[0-9a-f]{8,}(?:-[0-9a-f]{4,})*\b|(?<![a-z_\d])\d+/gi

/** A text in which whatever is likely to be another one each time stands as `#`, so that texts of one kind are the same. */
export function normalizeText(text: string): string {
  return shortText(shortText(text, LONGEST_READ).replace(CHANGING, '#'))
}

const LARGEST_CACHE = 20_000

/** The same, remembered for as many texts as a cache holds. */
export function createNormalizer(): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    // Long ones are seldom the same, and would fill the memory.
    if (text.length > LONGEST_READ) return normalizeText(text)
    const found = known.get(text)
    if (found !== undefined) return found
    if (known.size >= LARGEST_CACHE) known.clear()
    const normalized = normalizeText(text)
    known.set(text, normalized)
    return normalized
  }
}
