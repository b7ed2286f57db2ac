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

/** Throws a `SilenceError` of kind `invalid`, with all faults, for a draft that is not as a silence must be. */
export function checkSilence(draft: SilenceDraft, at: Timestamp, most: SilenceSize): void {
  const faults = [...findSizeFaults(draft, most), ...findTimeFaults(draft, at), ...findMatcherFaults(draft)]
  if (faults.length > 0) throw new SilenceError('invalid', `invalid silence: ${faults.join('; ')}`)
}

function findSizeFaults(draft: SilenceDraft, most: SilenceSize): readonly string[] {
  const { length } = draft.matchers
  const characters = countCharacters(draft)
  const faults = [
    length === 0 ? 'found no matchers, expected at least one' : undefined,
    length > most.matchers ? `found ${length} matchers, expected at most ${most.matchers}` : undefined,
    characters > most.characters
      ? `found ${characters} characters, expected at most ${most.characters}`
      : undefined,
  ]
  return faults.filter((fault) => fault !== undefined)
}

function findTimeFaults({ startsAt, endsAt }: SilenceDraft, at: Timestamp): readonly string[] {
  if (!Number.isFinite(startsAt) || !Number.isFinite(endsAt))
    return ['found no times, expected startsAt and endsAt']
  if (endsAt <= startsAt) return ['found an end that is not after the start']
  return endsAt < at ? ['found an end in the past'] : []
}

function countCharacters({ matchers, createdBy, comment }: SilenceDraft): number {
  const ofMatchers = matchers.map(({ name, value }) => name.length + value.length)
  return ofMatchers.reduce((sum, each) => sum + each, createdBy.length + comment.length)
}

function findMatcherFaults({ matchers }: SilenceDraft): readonly string[] {
  const faults = matchers.flatMap((matcher) => {
    if (matcher.name === '') return ['found a matcher without a name']
    const fault = findMatcherFault(matcher)
    return fault === undefined ? [] : [`${formatMatcher(matcher)}: ${fault}`]
  })
  if (faults.length > 0 || matchers.length === 0) return faults
  // Else it would silence everything, mostly by mistake.
  const matchesNothingSet = matchers.every((matcher) => compileMatchers([matcher])(new Map()))
  return matchesNothingSet
    ? ['all matchers match a label that is not there, expected one at least that does not']
    : []
}
