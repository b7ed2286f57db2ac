import type { Alert } from '../model/alert.js'
import type { LabelSet } from '../model/label-set.js'
import type { MuteReason } from '../model/muter.js'
import type { Route } from '../model/route.js'
import type { Timestamp } from '../model/time.js'
import type { AlertGroup, HeldAlert } from './alert-group.js'
import { isFiringAt } from './held-alert.js'
import { matchRoutes } from './match-routes.js'
import { findTimeReason } from './mute-stages.js'
import type { OpenPlan } from './open-plan.js'
import type { Silences } from './silences.js'

/** An alert that has not ended, with what becomes of it now. */
export interface ShownAlert {
  readonly alert: Alert
  /** When it was last told of. */
  readonly updatedAt: Timestamp
  /** Those to whom its routes lead, in their order. */
  readonly receivers: readonly string[]
  /** Every reason for which nobody is told of it; empty where somebody is. */
  readonly mutes: readonly MuteReason[]
  /** Whether dispatch has looked at it yet. */
  readonly isProcessed: boolean
}

/** Alerts that are told of together. */
export interface ShownGroup {
  readonly key: string
  readonly receiver: string
  /** Those that its alerts share because they were grouped by them. */
  readonly labels: LabelSet
  readonly alerts: readonly ShownAlert[]
}

/** What is looked at. */
export interface Viewed extends Pick<OpenPlan, 'root' | 'inhibitor' | 'intervals' | 'maintenance'> {
  readonly silences: Pick<Silences, 'matching'>
  readonly at: Timestamp
}

/** The alerts that fire. */
export function showAlerts(viewed: Viewed & { readonly alerts: Iterable<HeldAlert> }): readonly ShownAlert[] {
  return [...viewed.alerts].flatMap((held) => {
    const routes = matchRoutes(viewed.root, held.alert.labels)
    return isFiringAt(held.alert, viewed.at) ? [showAlert(held, routes, viewed)] : []
  })
}

/** The groups with their alerts that fire. */
export function showGroups(
  viewed: Viewed & { readonly groups: Iterable<AlertGroup> },
): readonly ShownGroup[] {
  return [...viewed.groups].flatMap(({ key, route, labels, alerts, leaving }) => {
    const firing = [...alerts.values()].filter(
      ({ alert, fingerprint }) => isFiringAt(alert, viewed.at) && !leaving.has(fingerprint),
    )
    const shown = firing.map((held) => {
      const routes = matchRoutes(viewed.root, held.alert.labels)
      return { ...showAlert(held, [route], viewed), receivers: receiversOf(routes) }
    })
    return shown.length === 0 ? [] : [{ key, receiver: route.receiver, labels, alerts: shown }]
  })
}

function showAlert(held: HeldAlert, routes: readonly Route[], viewed: Viewed): ShownAlert {
  const { alert, updatedAt, groups } = held
  const receivers = receiversOf(routes)
  const isProcessed = groups.size === 0 || [...groups].some(({ hasFlushed }) => hasFlushed)
  return { alert, updatedAt, receivers, isProcessed, mutes: findMutes(alert.labels, routes, viewed) }
}

function receiversOf(routes: readonly Route[]): readonly string[] {
  return [...new Set(routes.map(({ receiver }) => receiver))]
}

/** Everything that mutes an alert now. The time mutes only where it mutes all of the routes. */
export function findMutes(labels: LabelSet, routes: readonly Route[], viewed: Viewed): readonly MuteReason[] {
  const { inhibitor, maintenance, silences, intervals, at } = viewed
  const times = routes.flatMap((route) => findTimeReason(route, intervals, at) ?? [])
  return [
    ...[inhibitor.mutes(labels, at) ?? []].flat(),
    ...(times.length === routes.length ? times : []),
    ...[maintenance(labels, at) ?? []].flat(),
    ...silences.matching(labels, at).map(({ id, endsAt, createdBy, comment }): MuteReason => ({
      kind: 'silence',
      id,
      endsAt,
      createdBy,
      comment,
    })),
  ]
}
