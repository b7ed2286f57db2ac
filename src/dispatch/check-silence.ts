import type { Matcher } from '../model/matcher.js'
import { formatMatcher } from '../model/format-matchers.js'
import type { Timestamp } from '../model/time.js'
import { compileMatchers, findMatcherFault } from './compile-matchers.js'
import { SilenceError } from './silence-error.js'

/** A silence as somebody asks for it. */
export interface SilenceDraft {
  /** Of the silence that it replaces; without one it is new. */
  readonly id?: string | undefined
  readonly matchers: readonly Matcher[]
  readonly startsAt: Timestamp
  readonly endsAt: Timestamp
  readonly createdBy: string
  readonly comment: string
}

/** How large a silence may be. */
export interface SilenceSize {
  readonly matchers: number
  /** Of all its texts together. */
  readonly characters: number
}

/** Throws a `SilenceError` of kind `invalid` for a draft that is not as a silence must be. */
export function checkSilence(draft: SilenceDraft, at: Timestamp, most: SilenceSize): void {
  const fault = findFault(draft, at, most)
  if (fault !== undefined) throw new SilenceError('invalid', `invalid silence: ${fault}`)
}

function findFault(draft: SilenceDraft, at: Timestamp, most: SilenceSize): string | undefined {
  const { matchers, startsAt, endsAt } = draft
  if (matchers.length === 0) return 'found no matchers, expected at least one'
  if (matchers.length > most.matchers)
    return `found ${matchers.length} matchers, expected at most ${most.matchers}`
  const characters = countCharacters(draft)
  if (characters > most.characters)
    return `found ${characters} characters, expected at most ${most.characters}`
  if (!Number.isFinite(startsAt) || !Number.isFinite(endsAt))
    return 'found no times, expected startsAt and endsAt'
  if (endsAt <= startsAt) return 'found an end that is not after the start'
  if (endsAt < at) return 'found an end in the past'
  return findMatchersFault(matchers)
}

function countCharacters({ matchers, createdBy, comment }: SilenceDraft): number {
  const ofMatchers = matchers.map(({ name, value }) => name.length + value.length)
  return ofMatchers.reduce((sum, each) => sum + each, createdBy.length + comment.length)
}

function findMatchersFault(matchers: readonly Matcher[]): string | undefined {
  if (matchers.some(({ name }) => name === '')) return 'found a matcher without a name'
  for (const matcher of matchers) {
    const fault = findMatcherFault(matcher)
    if (fault !== undefined) return `${formatMatcher(matcher)}: ${fault}`
  }
  // Else it would silence everything, mostly by mistake.
  const matchesNothingSet = matchers.every((matcher) => compileMatchers([matcher])(new Map()))
  return matchesNothingSet
    ? 'all matchers match a label that is not there, expected one at least that does not'
    : undefined
}
