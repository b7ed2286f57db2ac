import { editDistance } from './near-misses.js'

const MOST_EDITS = 3
/** Shorter ones are near to everything. */
const SHORTEST_PART = 3

/** `did you mean threshold?`, where one of the known words is near, or a part of one, as of `rule_files` for `rules`. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const most = Math.min(MOST_EDITS, Math.ceil(word.length / 2))
  const [nearest] = known
    .map((each) => ({ each, distance: distanceTo(word.toLowerCase(), each.toLowerCase(), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((left, right) => left.distance - right.distance)
  return nearest === undefined ? undefined : `did you mean ${nearest.each}?`
}

/** A part counts as one edit more than the whole. */
function distanceTo(word: string, known: string, most: number): number {
  const parts = known.split('_').filter((part) => part.length >= SHORTEST_PART && part !== known)
  const ofParts = parts.map((part) => boundedDistance(word, part, most) + 1)
  return Math.min(boundedDistance(word, known, most), ...ofParts)
}

/** Infinite where the lengths alone are too far apart. */
function boundedDistance(left: string, right: string, most: number): number {
  return Math.abs(left.length - right.length) > most ? Number.POSITIVE_INFINITY : editDistance(left, right)
}
