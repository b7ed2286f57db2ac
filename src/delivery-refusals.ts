import type { Clock } from './model/clock.js'
import type { Target } from './model/outbox.js'
import { SECOND_MS } from './model/time.js'
import type { Logger } from './telemetry/logger.js'

/** While one receiver is away thousands of groups may find no room for it. */
const LOGGED_EVERY_MS = 10 * SECOND_MS

/** Tells of messages that the outbox had no room for: of targets for which too much waits, while others were told. */
export type TellRefused = (targets: readonly Target[]) => void

export function createRefusalLog({
  clock,
  logger,
}: {
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Logger
}): TellRefused {
  let unlogged = 0
  let logAgainAt = Number.NEGATIVE_INFINITY
  return (targets) => {
    if (targets.length === 0) return
    unlogged += targets.length
    if (clock.now() < logAgainAt) return
    const fields = { targets: targets.join(', '), others: unlogged - targets.length }
    logger.error('So much waits for a receiver that it was not told: the outbox has no room for more', fields)
    unlogged = 0
    logAgainAt = clock.now() + LOGGED_EVERY_MS
  }
}
