import { SECOND_MS, type Timestamp } from '../../model/time.js'

const DELAY_SECONDS = /^\d{1,10}$/
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [\w :-]{15,30}$/

/**
 * The moment that a `Retry-After` header names, in seconds from now or as one of the three forms of an HTTP date
 * (RFC 9110, 10.2.3 and 5.6.7). Undefined for any other text.
 */
export function parseRetryAfter(text: string, now: Timestamp): Timestamp | undefined {
  const trimmed = text.trim()
  if (DELAY_SECONDS.test(trimmed)) return now + Number(trimmed) * SECOND_MS
  if (!HTTP_DATE.test(trimmed)) return undefined
  // The oldest form, that of asctime, leaves out its zone, which is always GMT.
  const date = Date.parse(trimmed.endsWith('GMT') ? trimmed : `${trimmed} GMT`)
  return Number.isNaN(date) ? undefined : date
}
