import type { Message } from '../../model/message.js'
import { MINUTE_MS, type Timestamp } from '../../model/time.js'
import { toIsoTime } from '../text/show-time.js'

/** As long as a rule's alerts last at least when nobody says more. */
const RENEWED_FOR_MS = 4 * MINUTE_MS

/** What must be known to renew the alerts of a body, whose first ones fire. */
export interface FiringFacts {
  /** How many of the first fire. */
  readonly firing: number
  /** When the first of them ends if nobody says more. */
  readonly until: Timestamp
}

export function toFacts({ firing, until }: FiringFacts): Message['facts'] {
  return firing === 0 ? {} : { firing: String(firing), until: String(until) }
}

/**
 * The body as it is delivered. What has waited until its alerts would have ended by themselves does not say that they have:
 * they go on for four more minutes, within which what waits behind it says how they are now. What was made by an earlier
 * version stays as it is.
 */
export function renewEnds({ body, facts }: Pick<Message, 'body' | 'facts'>, now: Timestamp): string {
  const [firing, until] = [Number(facts['firing'] ?? 0), Number(facts['until'] ?? Number.POSITIVE_INFINITY)]
  if (firing === 0 || until > now) return body
  const alerts: unknown = JSON.parse(body)
  if (!Array.isArray(alerts)) return body
  const endsAt = toIsoTime(now + RENEWED_FOR_MS)
  return JSON.stringify(alerts.map((alert: object, index) => (index < firing ? { ...alert, endsAt } : alert)))
}
