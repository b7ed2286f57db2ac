import type { Matcher } from './matcher.js'
import { MatcherError } from './matcher-error.js'
import { parseClassicMatchers } from './parse-classic-matchers.js'
import { parseUtf8Matchers } from './parse-utf8-matchers.js'

/** Longer texts are refused. */
const LONGEST = 64 * 1024

/**
 * Reads matchers as Alertmanager does, such as `severity="page"`, `{service=~"shop.*", team!=a}` or `"service.name"=x`.
 * Texts in its older syntax, in which a backslash stands for itself but before a quote, a backslash and an n, mean what
 * they meant. Whether regular expressions are valid is not looked at. Throws `MatcherError`.
 */
export function parseMatchers(text: string): readonly Matcher[] {
  if (text.length > LONGEST) throw new MatcherError(LONGEST, `a text of more than ${LONGEST} characters`)
  const classic = parseClassicMatchers(text)
  if (classic === undefined) return parseUtf8Matchers(text)
  try {
    const matchers = parseUtf8Matchers(text)
    return isSame(matchers, classic) ? matchers : classic
  } catch (error) {
    if (error instanceof MatcherError) return classic
    throw error
  }
}

function isSame(left: readonly Matcher[], right: readonly Matcher[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}
