import type { Clock } from '../model/clock.js'
import { describeThrown } from '../model/describe-thrown.js'
import type { Flush } from '../model/flush.js'
import type { FindNotice } from '../model/notice.js'
import { SECOND_MS, type Timestamp } from '../model/time.js'
import type { DispatchMetrics } from '../telemetry/dispatch-metrics.js'
import type { Logger } from '../telemetry/logger.js'
import type { AlertGroup } from './alert-group.js'
import type { Folds } from './folds.js'
import type { RateLimiter } from './rate-limiter.js'
import { dropReleased, releaseAlerts } from './release-alerts.js'
import { openTelling, runStages, type Stage, type Telling } from './telling.js'

export interface FlusherOptions {
  /** Those that decide whether anything is told. */
  readonly deciding: readonly Stage[]
  readonly limit: Stage
  readonly enqueue: Stage
  readonly limiter: RateLimiter
  readonly folds: Folds
  readonly findNotice: FindNotice
  readonly flush: Flush
  /** Sets when a group is looked at next. */
  readonly schedule: (group: AlertGroup, at: Timestamp) => void
  /** Sets when groups that wait for a receiver are told. */
  readonly scheduleFolded: (receiver: string, at: Timestamp) => void
  /** Is told of a group that has no alerts any more. */
  readonly onEmpty: (group: AlertGroup) => void
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: DispatchMetrics
}

/** Looks at groups, and hands on what is to be told. Nothing of it rejects but when aborted. */
export interface Flusher {
  flushGroup(group: AlertGroup, signal: AbortSignal): Promise<void>
  /** Tells of the groups that wait for room within the rate limit of a receiver, all in one notification. */
  flushFolded(receiver: string, signal: AbortSignal): Promise<void>
}

const LOGGED_EVERY_MS = 10 * SECOND_MS

export function createFlusher(options: FlusherOptions): Flusher {
  const { clock, folds, limiter, metrics, logger } = options
  let unlogged = 0
  let logAgainAt = Number.NEGATIVE_INFINITY

  async function open(group: AlertGroup): Promise<Telling> {
    const at = clock.now()
    return openTelling(group, await options.findNotice(group.key, group.route.receiver, at), at)
  }

  async function flushGroup(group: AlertGroup, signal: AbortSignal): Promise<void> {
    if (group.isFlushing) return
    group.isFlushing = true
    group.hasFlushed = true
    try {
      const stages = [...options.deciding, options.limit, options.enqueue]
      await settle(await runStages(stages, await open(group), signal), signal)
      group.failures = 0
    } catch (error) {
      signal.throwIfAborted()
      retryLater(group, error)
    } finally {
      group.isFlushing = false
    }
  }

  /** Ends a telling: what is told, or need not be, is let go of. */
  async function settle(telling: Telling, signal: AbortSignal): Promise<void> {
    const { group, end, at } = telling
    group.steps = telling.steps
    if (end === 'folded')
      return options.scheduleFolded(group.route.receiver, limiter.roomAt(group.route.receiver, at))
    folds.remove(group)
    if (end === 'nothing') await letGo(telling, signal)
    if (end === 'told') metrics.dispatchNotifications.inc({ receiver: group.route.receiver })
    dropReleased(telling)
    if (group.alerts.size === 0) options.onEmpty(group)
  }

  /** What has ended without anybody being told is over too. */
  async function letGo(telling: Telling, signal: AbortSignal): Promise<void> {
    const { ended, undo } = releaseAlerts([telling])
    if (ended.length === 0) return
    try {
      await options.flush({ at: telling.at, notification: undefined, notices: [], ended }, signal)
    } catch (error) {
      undo()
      throw error
    }
  }

  function retryLater(group: AlertGroup, error: unknown): void {
    const waitMs = Math.min(group.route.groupIntervalMs, SECOND_MS * 2 ** Math.min(group.failures, 20))
    group.failures += 1
    metrics.dispatchFailures.inc()
    logFailure(group, error)
    options.schedule(group, clock.now() + waitMs)
  }

  /** Where one group cannot be kept, thousands may fail in the same moment. */
  function logFailure(group: AlertGroup, error: unknown): void {
    unlogged += 1
    if (clock.now() < logAgainAt) return
    logger.error('A group of alerts could not be told of; it is tried again', {
      group: group.key.slice(0, 500),
      error: describeThrown(error),
      others: unlogged - 1,
    })
    unlogged = 0
    logAgainAt = clock.now() + LOGGED_EVERY_MS
  }

  async function flushFolded(receiver: string, signal: AbortSignal): Promise<void> {
    const at = clock.now()
    if (limiter.roomAt(receiver, at) > at) {
      if (folds.isWaiting(receiver)) options.scheduleFolded(receiver, limiter.roomAt(receiver, at))
      return
    }
    const taken = folds.take(receiver)
    // One that is looked at now will wait again, if it still has to.
    const groups = taken?.groups.filter((group) => !group.isFlushing && group.alerts.size > 0) ?? []
    if (taken !== undefined && groups.length > 0) await tellFolded(groups, taken.since, signal)
  }

  async function tellFolded(
    groups: readonly AlertGroup[],
    since: Timestamp,
    signal: AbortSignal,
  ): Promise<void> {
    for (const group of groups) group.isFlushing = true
    try {
      const decided = await decideAll(groups, signal)
      const wanted = decided.filter(({ end }) => end === undefined)
      // Ends alone may be nothing to a receiver.
      const [first, ...others] = wanted.toSorted((a, b) => Number(isFiring(b)) - Number(isFiring(a)))
      if (first !== undefined) await enqueueTogether(first, others, since, signal)
      for (const telling of decided) if (telling.end !== undefined) await settle(telling, signal)
    } catch (error) {
      signal.throwIfAborted()
      for (const group of groups) retryLater(group, error)
    } finally {
      for (const group of groups) group.isFlushing = false
    }
  }

  async function decideAll(groups: readonly AlertGroup[], signal: AbortSignal): Promise<readonly Telling[]> {
    const decided: Telling[] = []
    for (const group of groups) decided.push(await runStages(options.deciding, await open(group), signal))
    return decided
  }

  async function enqueueTogether(
    first: Telling,
    others: readonly Telling[],
    since: Timestamp,
    signal: AbortSignal,
  ): Promise<void> {
    const { receiver } = first.group.route
    limiter.take(receiver, first.at)
    const folded = others.length === 0 ? undefined : { tellings: others, since }
    const told = await runStages([options.enqueue], { ...first, folded }, signal)
    metrics.dispatchFolded.inc({ receiver }, others.length)
    const { end } = told
    await settle(told, signal)
    for (const other of others) await settle({ ...other, end: end === 'told' ? 'noted' : end }, signal)
  }

  return { flushGroup, flushFolded }
}

function isFiring({ alerts }: Telling): boolean {
  return alerts.some(({ alert }) => alert.status === 'firing')
}
