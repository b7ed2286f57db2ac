import type { LabelSet } from '../model/label-set.js'
import type { Matcher } from '../model/matcher.js'
import { compileRegex, findRegexFault } from '../regex/regex.js'

/** Whether labels meet a condition. */
export type LabelPredicate = (labels: LabelSet) => boolean

/** A matcher's regular expression cannot be used. Those that were checked by `findMatcherFault` never are. */
export class InvalidMatcher extends Error {
  override readonly name = 'InvalidMatcher'
}

/** Of a label value only so much is matched: of an expression that is allowed at all, no text of this length is too long. */
const MOST_CHARACTERS = 4096
/** `.` matches no newline, as in Alertmanager. */
const OPTIONS = { dotMatchesNewline: false }

/** What is wrong with the regular expression of a matcher; undefined where nothing is. */
export function findMatcherFault({ operator, value }: Matcher): string | undefined {
  if (operator === '=' || operator === '!=') return undefined
  return findRegexFault(value)?.problem
}

/** Whether labels meet all of the matchers. Throws `InvalidMatcher`. */
export function compileMatchers(matchers: readonly Matcher[]): LabelPredicate {
  const predicates = matchers.map(compileMatcher)
  return (labels) => predicates.every((isMet) => isMet(labels))
}

function compileMatcher(matcher: Matcher): LabelPredicate {
  const { name, operator, value } = matcher
  if (operator === '=') return (labels) => (labels.get(name) ?? '') === value
  if (operator === '!=') return (labels) => (labels.get(name) ?? '') !== value
  const fault = findMatcherFault(matcher)
  const matches = fault === undefined ? compileRegex(value, OPTIONS) : undefined
  if (matches === undefined) throw new InvalidMatcher(`${name}${operator}${JSON.stringify(value)}: ${fault}`)
  const isWanted = operator === '=~'
  return (labels) => matches((labels.get(name) ?? '').slice(0, MOST_CHARACTERS)) === isWanted
}
