import type { Clock } from '../../model/clock.js'
import { MINUTE_MS, type Timestamp } from '../../model/time.js'
import type { Logger } from '../../telemetry/logger.js'

/** Logs that alerts were dropped: one line a minute, which tells how many have been since the line before. */
export function createDropLog(clock: Pick<Clock, 'now'>, logger: Logger): (reason: string) => void {
  let dropped = 0
  let nextLineAt: Timestamp = Number.NEGATIVE_INFINITY
  return (reason) => {
    dropped += 1
    const now = clock.now()
    if (now < nextLineAt) return
    logger.warn('Dropped trace anomaly alerts', { reason, dropped })
    dropped = 0
    nextLineAt = now + MINUTE_MS
  }
}
