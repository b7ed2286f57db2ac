import { editDistance } from './near-misses.js'

const MOST_EDITS = 3

/** `did you mean threshold?`, where one of the known words is near. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const most = Math.min(MOST_EDITS, Math.ceil(word.length / 2))
  const [nearest] = known
    .filter((each) => Math.abs(each.length - word.length) <= most)
    .map((each) => ({ each, distance: editDistance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ distance }) => distance <= most)
    .sort((left, right) => left.distance - right.distance)
  return nearest === undefined ? undefined : `did you mean ${nearest.each}?`
}
