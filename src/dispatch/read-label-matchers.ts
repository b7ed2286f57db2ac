import type { Matcher } from '../model/matcher.js'
import { MatcherError } from '../model/matcher-error.js'
import { parseMatchers } from '../model/parse-matchers.js'
import type { Parsed } from '../schema/parsed.js'
import { findMatcherFault } from './compile-matchers.js'

const EXPECTED = 'matchers such as severity="page"'

/** Reads matchers, and makes sure that their regular expressions can be used. */
export function readLabelMatchers(text: string): Parsed<readonly Matcher[]> {
  const parsed = parseAll(text)
  if ('expected' in parsed) return parsed
  const faults = parsed.value.flatMap((matcher) => findMatcherFault(matcher) ?? [])
  return faults[0] === undefined ? parsed : { expected: `${EXPECTED}: ${faults[0]}` }
}

function parseAll(text: string): Parsed<readonly Matcher[]> {
  try {
    const value = parseMatchers(text)
    return value.length > 0 ? { value } : { expected: EXPECTED }
  } catch (error) {
    if (error instanceof MatcherError) return { expected: `${EXPECTED}: ${error.message}` }
    throw error
  }
}
