import type { Timestamp } from '../model/time.js'

/** More are not told. */
const MOST_MISSED = 1000

/** The moments between two evaluations at which a group was due and was not evaluated, the newest first. */
export function missedMoments(
  last: Timestamp | undefined,
  at: Timestamp,
  intervalMs: number,
): readonly Timestamp[] {
  if (last === undefined) return []
  const count = Math.min(MOST_MISSED, Math.ceil((at - last) / intervalMs) - 1)
  return Array.from({ length: Math.max(0, count) }, (_, index) => at - (index + 1) * intervalMs)
}
