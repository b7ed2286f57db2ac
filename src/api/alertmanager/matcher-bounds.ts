import type { LabelSet } from '../../model/label-set.js'
import type { Matcher } from '../../model/matcher.js'
import { refused } from './alertmanager-error.js'
import type { AlertmanagerApiOptions } from './options.js'

/** Of one request. */
export const MOST_MATCHERS = 100
/** Of all regular expressions of one request: they are compiled several times. */
const MOST_INSTRUCTIONS = 5000
/** Instructions times characters of one request; about a second. */
const MOST_STEPS = 500_000_000
/** Longer texts take longer for each of their characters. */
const LONG_TEXT = 64
const LONG_TEXT_FACTOR = 8
/** Of a label value no more is matched. */
const MOST_CHARACTERS = 4096

type SizeTools = Pick<AlertmanagerApiOptions, 'matcherSize'>
type FilterTools = SizeTools & Pick<AlertmanagerApiOptions, 'compileMatchers'>

/** What is too much of matchers that are to be compiled for one request; undefined where nothing is. */
export function findExcess(matchers: readonly Matcher[], { matcherSize }: SizeTools): string | undefined {
  if (matchers.length > MOST_MATCHERS) {
    return `found ${matchers.length} matchers, and the most is ${MOST_MATCHERS}`
  }
  const size = matchers.reduce((sum, each) => sum + matcherSize(each), 0)
  if (size <= MOST_INSTRUCTIONS) return undefined
  return `the regular expressions have about ${size} instructions together, and the most is ${MOST_INSTRUCTIONS}`
}

/**
 * Whether labels meet all of the matchers, for one request. Throws an `AlertmanagerError` once matching has taken more than a
 * request may: one matcher after the other is tried, each value once.
 */
export function createBoundedFilter(
  matchers: readonly Matcher[],
  tools: FilterTools,
): (labels: LabelSet) => boolean {
  let left = MOST_STEPS
  const spend = (steps: number): void => {
    left -= steps
    if (left < 0) throw tooCostly()
  }
  const predicates = matchers.map((each) => createPredicate(each, tools, spend))
  return (labels) => predicates.every((isMet) => isMet(labels))
}

function createPredicate(
  matcher: Matcher,
  { compileMatchers, matcherSize }: FilterTools,
  spend: (steps: number) => void,
): (labels: LabelSet) => boolean {
  const isMet = compileMatchers([matcher])
  const size = matcherSize(matcher)
  if (size === 0) return isMet
  const known = new Map<string, boolean>()
  return (labels) => {
    const value = labels.get(matcher.name) ?? ''
    const verdict = known.get(value)
    if (verdict !== undefined) return verdict
    spend(size * stepsOf(value.length))
    const found = isMet(labels)
    known.set(value, found)
    return found
  }
}

function stepsOf(length: number): number {
  const matched = Math.min(length, MOST_CHARACTERS) + 1
  return matched > LONG_TEXT ? matched * LONG_TEXT_FACTOR : matched
}

function tooCostly(): Error {
  return refused(
    422,
    'the regular expressions of filter are too large for so many alerts: write smaller ones, or matchers with = before them',
  )
}
