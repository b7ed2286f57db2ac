import type { LabelSet } from '../model/label-set.js'
import type { MuteReason } from '../model/muter.js'
import type { Route } from '../model/route.js'
import type { Timestamp } from '../model/time.js'
import type { AlertGroup } from './alert-group.js'
import { toGroupKey, toGroupLabels } from './group-labels.js'
import { matchRoutes, traceRoutes, type RouteStep } from './match-routes.js'
import { findMutes, type Viewed } from './show-dispatch.js'
import type { StepRecord } from './step-record.js'

/** What becomes of an alert on one of its routes. */
export interface ExplainedRoute {
  readonly route: Route
  readonly groupKey: string
  readonly groupLabels: LabelSet
  /** Every reason for which nobody would be told now. */
  readonly mutes: readonly MuteReason[]
  /** The group as it is now; undefined where there is none. */
  readonly group: ExplainedGroup | undefined
}

export interface ExplainedGroup {
  readonly alerts: number
  /** When it is looked at next. */
  readonly dueAt: Timestamp | undefined
  /** What each stage did when it was last looked at; empty where it was not yet. */
  readonly steps: readonly StepRecord[]
}

/** What becomes of an alert, step by step. */
export interface Explanation {
  /** Every decision on its way through the routing tree. */
  readonly path: readonly RouteStep[]
  readonly routes: readonly ExplainedRoute[]
}

export interface ExplainOptions extends Viewed {
  readonly find: (route: Route, labels: LabelSet) => AlertGroup | undefined
  readonly dueAt: (group: AlertGroup) => Timestamp | undefined
}

export function explainLabels(labels: LabelSet, options: ExplainOptions): Explanation {
  return {
    path: traceRoutes(options.root, labels),
    routes: matchRoutes(options.root, labels).map((route) => explainRoute(route, labels, options)),
  }
}

function explainRoute(route: Route, labels: LabelSet, options: ExplainOptions): ExplainedRoute {
  const group = options.find(route, labels)
  const groupLabels = toGroupLabels(labels, route.groupBy)
  return {
    route,
    groupKey: toGroupKey(route, groupLabels),
    groupLabels,
    mutes: findMutes(labels, [route], options),
    group:
      group === undefined
        ? undefined
        : { alerts: group.alerts.size, dueAt: options.dueAt(group), steps: group.steps },
  }
}
