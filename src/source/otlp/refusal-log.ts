import type { Clock } from '../../model/clock.js'
import { MINUTE_MS, type Timestamp } from '../../model/time.js'
import type { Logger, LogFields } from '../../telemetry/logger.js'

/** Warns of a refusal, one line a minute for each kind, so that a broken client cannot fill the log. */
export type RefusalLog = (kind: string, message: string, fields: LogFields) => void

export function createRefusalLog(logger: Logger, clock: Clock): RefusalLog {
  const lines = new Map<string, { readonly at: Timestamp; leftOut: number }>()
  return (kind, message, fields) => {
    const now = clock.now()
    const last = lines.get(kind)
    if (last && now - last.at < MINUTE_MS) {
      last.leftOut += 1
      return
    }
    lines.set(kind, { at: now, leftOut: 0 })
    logger.warn(message, { ...fields, left_out: last?.leftOut })
  }
}
