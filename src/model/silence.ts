import type { Matcher } from './matcher.js'
import type { Timestamp } from './time.js'

/** While it is active, nobody is told of alerts and anomalies that it matches. */
export interface Silence {
  readonly id: string
  /** All of them must hold. */
  readonly matchers: readonly Matcher[]
  readonly startsAt: Timestamp
  /** An expired silence has ended; it is kept for a while to be looked at. */
  readonly endsAt: Timestamp
  readonly updatedAt: Timestamp
  readonly createdBy: string
  readonly comment: string
}

/** Where a silence stands at a moment. */
export const SILENCE_STATES = ['pending', 'active', 'expired'] as const
export type SilenceState = (typeof SILENCE_STATES)[number]

/** Both ends belong to a silence, as in Alertmanager. */
export function silenceStateAt({ startsAt, endsAt }: Silence, at: Timestamp): SilenceState {
  if (at < startsAt) return 'pending'
  return at > endsAt ? 'expired' : 'active'
}
