import { findMatcherFault } from '../../find-matcher-fault.js'
import { formatMatcher } from '../../model/format-matchers.js'
import { MatcherError } from '../../model/matcher-error.js'
import type { Matcher } from '../../model/matcher.js'
import { parseMatchers } from '../../model/parse-matchers.js'
import { InputError } from '../query/input-error.js'
import { readTogether } from '../query/read-together.js'

/**
 * Reads matchers as people write them on the command line, such as `severity=page 'service=~"shop.*"'`; a word alone is
 * the name of an alert. Throws an `InputError` with the faults of all.
 */
export function readMatchers(texts: readonly string[]): readonly Matcher[] {
  const readers = Object.fromEntries(texts.map((text, index) => [String(index), () => readOne(text)]))
  return Object.values(readTogether(readers)).flat()
}

function readOne(text: string): readonly Matcher[] {
  if (/^[\p{L}\p{N}_:./ -]+$/u.test(text)) return [{ name: 'alertname', operator: '=', value: text }]
  try {
    const matchers = parseMatchers(text)
    const fault = matchers.map(findMatcherFault).find((each) => each !== undefined)
    if (fault !== undefined) throw new InputError(`matcher ${JSON.stringify(text)}: ${fault}`)
    if (matchers.length > 0) return matchers
  } catch (error) {
    if (!(error instanceof MatcherError)) throw error
    throw new InputError(`matcher ${JSON.stringify(text)}: ${error.message}`)
  }
  throw new InputError(`matcher ${JSON.stringify(text)}: expected a matcher such as severity=page`)
}

/** Matchers as parameters of an address. */
export function toFilters(matchers: readonly Matcher[]): URLSearchParams {
  return new URLSearchParams(matchers.map((matcher): [string, string] => ['filter', formatMatcher(matcher)]))
}
