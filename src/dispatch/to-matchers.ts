import type { Matcher } from '../model/matcher.js'
import type { Parsed } from '../schema/parsed.js'
import { readLabelMatchers } from './read-label-matchers.js'

/** Matchers of settings that have been checked. Throws an `Error` for others. */
export function toMatchers(texts: readonly string[] = []): readonly Matcher[] {
  return texts.flatMap((text) => toValue(readLabelMatchers(text)))
}

/** The value of a text that its schema has let through. Throws an `Error` for any other. */
export function toValue<T>(parsed: Parsed<T>): T {
  if ('value' in parsed) return parsed.value
  throw new Error(`settings that were not checked: expected ${parsed.expected}`)
}
