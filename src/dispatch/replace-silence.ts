import { formatMatchers } from '../model/format-matchers.js'
import { silenceStateAt, type Silence } from '../model/silence.js'
import { SECOND_MS, type Timestamp } from '../model/time.js'
import type { SilenceDraft } from './check-silence.js'

/** What setting a silence comes to. */
export interface Replacement {
  readonly silence: Silence
  /** The one before it, ended, where it could not be changed in place. */
  readonly ended: Silence | undefined
}

/**
 * A silence in place of another, as in Alertmanager: who it is may not change under those who know it. One that is still to
 * come or active keeps its id where its matchers, and once it is active its start, stay as they are; else the old one ends
 * and a new one begins.
 */
export function replaceSilence(
  old: Silence | undefined,
  draft: SilenceDraft,
  at: Timestamp,
  newId: () => string,
): Replacement {
  const { matchers, endsAt, createdBy, comment } = draft
  const facts = { matchers, endsAt, createdBy, comment, updatedAt: at }
  if (old !== undefined && isSameSilence(old, draft, at)) {
    return { silence: { ...facts, id: old.id, startsAt: startOf(old, draft, at) }, ended: undefined }
  }
  const isOver = old === undefined || silenceStateAt(old, at) === 'expired'
  const startsAt = Math.max(draft.startsAt, at)
  return {
    silence: { ...facts, id: newId(), startsAt },
    ended: isOver ? undefined : endSilence(old, at),
  }
}

/** A silence that ends now; one that is still to come never begins. */
export function endSilence(silence: Silence, at: Timestamp): Silence {
  // Both ends belong to a silence, so it must have ended before now.
  return { ...silence, startsAt: Math.min(silence.startsAt, at - 1), endsAt: at - 1, updatedAt: at }
}

function isSameSilence(old: Silence, draft: SilenceDraft, at: Timestamp): boolean {
  if (formatMatchers(old.matchers) !== formatMatchers(draft.matchers)) return false
  switch (silenceStateAt(old, at)) {
    case 'pending':
      return draft.startsAt >= at
    case 'active':
      return toSecond(old.startsAt) === toSecond(draft.startsAt)
    case 'expired':
      return false
  }
}

function startOf(old: Silence, draft: SilenceDraft, at: Timestamp): Timestamp {
  return silenceStateAt(old, at) === 'active' ? old.startsAt : draft.startsAt
}

/** Clients may write a time without its fractions. */
function toSecond(at: Timestamp): number {
  return Math.floor(at / SECOND_MS)
}
