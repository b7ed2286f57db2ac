import type { Clock } from '../model/clock.js'
import type { Flush } from '../model/flush.js'
import type { Muter } from '../model/muter.js'
import type { FindNotice } from '../model/notice.js'
import type { TimeInterval } from '../model/time-interval.js'
import type { Timestamp } from '../model/time.js'
import type { DispatchMetrics } from '../telemetry/dispatch-metrics.js'
import type { Logger } from '../telemetry/logger.js'
import type { AlertGroup } from './alert-group.js'
import type { DispatchPlan } from './build-dispatch.js'
import { createDedupStage, type SendsResolved } from './dedup-stage.js'
import { createEnqueueStage } from './enqueue-stage.js'
import { createFlusher, type Flusher } from './flusher.js'
import type { Folds } from './folds.js'
import { createInhibitor, type Inhibitor } from './inhibitor.js'
import { createLimitStage } from './limit-stage.js'
import { createMaintenanceMuter } from './maintenance.js'
import { compileRoutes, type RouteNode } from './match-routes.js'
import { createMuteStage, createTimeStage, type OnMuted } from './mute-stages.js'
import type { RateLimiter } from './rate-limiter.js'
import { releaseAlerts } from './release-alerts.js'
import type { Silences } from './silences.js'

/** A plan that is ready to be followed. */
export interface OpenPlan {
  readonly root: RouteNode
  readonly inhibitor: Inhibitor
  readonly intervals: ReadonlyMap<string, TimeInterval>
  readonly maintenance: Muter
  readonly flusher: Flusher
}

export interface PlanSurroundings {
  readonly silences: Pick<Silences, 'mutes'>
  readonly findNotice: FindNotice
  readonly flush: Flush
  readonly sendsResolved: SendsResolved
  readonly onMuted?: OnMuted | undefined
  readonly externalUrl: string
  /** These two live on when another plan is followed. */
  readonly limiter: RateLimiter
  readonly folds: Folds
  readonly schedule: (group: AlertGroup, at: Timestamp) => void
  readonly scheduleFolded: (receiver: string, at: Timestamp) => void
  readonly onEmpty: (group: AlertGroup) => void
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: DispatchMetrics
}

/** Compiles a plan, and puts the stages in their order. Throws `InvalidMatcher`. */
export function openPlan(plan: DispatchPlan, surroundings: PlanSurroundings): OpenPlan {
  const { metrics, silences, limiter, folds } = surroundings
  const inhibitor = createInhibitor(plan.inhibitRules)
  const intervals = new Map(plan.timeIntervals.map((interval) => [interval.name, interval]))
  const maintenance = createMaintenanceMuter(plan.maintenanceWindows)
  const onMuted: OnMuted = (muted) => {
    for (const { reason } of muted) metrics.dispatchMuted.inc({ reason: reason.kind })
    surroundings.onMuted?.(muted)
  }
  const flusher = createFlusher({
    ...surroundings,
    deciding: [
      createMuteStage('inhibit', inhibitor.mutes, onMuted),
      createTimeStage(intervals, onMuted),
      createMuteStage('maintenance', maintenance, onMuted),
      createMuteStage('silence', silences.mutes, onMuted),
      createDedupStage(surroundings.sendsResolved),
    ],
    limit: createLimitStage(limiter, folds),
    enqueue: createEnqueueStage({ ...surroundings, release: releaseAlerts }),
  })
  return { root: compileRoutes(plan.route), inhibitor, intervals, maintenance, flusher }
}
