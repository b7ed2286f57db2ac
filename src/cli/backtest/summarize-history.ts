import type { Interval } from '../../model/time.js'
import type { RuleHistory } from '../../replay/firing-log.js'

const DAY_MS = 86_400_000

export interface HistorySummary {
  readonly fired: number
  readonly perDay: number
  /** All its alerts together. */
  readonly firingMs: number
}

export function summarizeHistory(
  { firings, uncounted }: RuleHistory,
  { start, end }: Interval,
): HistorySummary {
  const fired = firings.length + uncounted
  return {
    fired,
    perDay: end > start ? (fired * DAY_MS) / (end - start) : 0,
    firingMs: firings.reduce((sum, { firedAt, endedAt = end }) => sum + endedAt - firedAt, 0),
  }
}
