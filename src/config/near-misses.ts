import type { Environment } from './variables.js'

/** A variable that looks like one of ours and is none, with the one that may have been meant. */
export interface NearMiss {
  readonly name: string
  readonly meant: string
}

const OURS = /^(?:TEMPO|TRACEBELL|LOG)_/
const MOST_EDITS = 2

/**
 * Variables that are probably misspelt. Unknown variables are no faults: other programs have theirs, and Kubernetes
 * makes some for every service, `TEMPO_PORT` among them.
 */
export function findNearMisses(environment: Environment, known: ReadonlySet<string>): NearMiss[] {
  return Object.keys(environment)
    .filter((name) => OURS.test(name) && !known.has(name))
    .flatMap((name) => {
      const meant = [...known].find((each) => editDistance(name, each) <= MOST_EDITS)
      return meant === undefined ? [] : [{ name, meant }]
    })
}

/** Levenshtein's distance: how many letters must be put in, taken out or changed to make one text the other. */
export function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (const [row, letter] of left.split('').entries()) {
    const current = [row + 1]
    for (const [column, other] of right.split('').entries()) {
      const changed = (previous[column] ?? 0) + (letter === other ? 0 : 1)
      current.push(Math.min(changed, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1))
    }
    previous = current
  }
  return previous[right.length] ?? 0
}
