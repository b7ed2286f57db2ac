import type { Clock } from '../../model/clock.js'
import { MINUTE_MS, type Timestamp } from '../../model/time.js'
import type { Logger, LogFields } from '../../telemetry/logger.js'

/**
 * Tells of a refusal, one line a minute for each kind, so that a broken client cannot fill the log. A warning where no
 * level is given.
 */
export type RefusalLog = (kind: string, message: string, fields: LogFields, level?: 'warn' | 'error') => void

export function createRefusalLog(logger: Logger, clock: Clock): RefusalLog {
  const lines = new Map<string, { readonly at: Timestamp; leftOut: number }>()
  return (kind, message, fields, level = 'warn') => {
    const now = clock.now()
    const last = lines.get(kind)
    if (last && now - last.at < MINUTE_MS) {
      last.leftOut += 1
      return
    }
    lines.set(kind, { at: now, leftOut: 0 })
    logger[level](message, { ...fields, left_out: last?.leftOut })
  }
}
