import { MINUTE_MS, SECOND_MS } from '../../model/time.js'

const DAY_MS = 24 * 60 * MINUTE_MS
/** From the longest to the shortest, the order in which they must come. */
const UNITS_MS = [365 * DAY_MS, 7 * DAY_MS, DAY_MS, 60 * MINUTE_MS, MINUTE_MS, SECOND_MS, 1]
const PARTS = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/

/** The milliseconds in a Prometheus duration such as `1d`, `1h30m` or `250ms`; undefined for any other text. */
export function parsePrometheusDuration(text: string): number | undefined {
  if (text === '0') return 0
  const amounts = text === '' ? undefined : PARTS.exec(text)?.slice(1)
  const total = amounts?.reduce((sum, amount, index) => sum + Number(amount ?? 0) * (UNITS_MS[index] ?? 0), 0)
  return Number.isSafeInteger(total) ? total : undefined
}
