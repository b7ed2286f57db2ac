import type { Alert } from '../model/alert.js'
import type { Clock } from '../model/clock.js'
import type { Component } from '../model/component.js'
import { describeThrown } from '../model/describe-thrown.js'
import type { Flush } from '../model/flush.js'
import { toFingerprint, type LabelSet } from '../model/label-set.js'
import type { FindNotice } from '../model/notice.js'
import type { Route } from '../model/route.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import type { DispatchMetrics } from '../telemetry/dispatch-metrics.js'
import type { Logger } from '../telemetry/logger.js'
import { createActiveAlerts, type ActiveAlerts } from './active-alerts.js'
import type { AlertGroup, HeldAlert } from './alert-group.js'
import type { DispatchPlan } from './build-dispatch.js'
import type { SendsResolved } from './dedup-stage.js'
import { explainLabels, type Explanation } from './explain.js'
import type { Flusher } from './flusher.js'
import { createFolds } from './folds.js'
import { createGroupBook, type GroupBook } from './group-book.js'
import { isFiringAt } from './held-alert.js'
import { matchRoutes } from './match-routes.js'
import type { OnMuted } from './mute-stages.js'
import { openPlan, type OpenPlan } from './open-plan.js'
import { createRateLimiter } from './rate-limiter.js'
import { showAlerts, showGroups, type ShownAlert, type ShownGroup } from './show-dispatch.js'
import type { Silences } from './silences.js'
import { createTimetable } from './timetable.js'

export interface DispatchLimits {
  /** Alerts held at once; beyond it new ones are refused, and counted. */
  readonly alerts: number
  /** Groups; beyond it alerts of a route come together in one. */
  readonly groups: number
  /** Flushes at once. */
  readonly flushes: number
  /** How long an alert from before a restart goes on firing when nobody says anything of it. */
  readonly restoredMs: number
}

export const DEFAULT_DISPATCH_LIMITS: DispatchLimits = {
  alerts: 100_000,
  groups: 20_000,
  flushes: 64,
  restoredMs: 5 * MINUTE_MS,
}

export interface DispatcherOptions {
  readonly plan: DispatchPlan
  /** The alerts from before a restart that were not let go, as they were told last. */
  readonly restore: () => Promise<readonly Alert[]>
  readonly silences: Pick<Silences, 'mutes' | 'matching'>
  readonly findNotice: FindNotice
  /** The way on. */
  readonly flush: Flush
  readonly sendsResolved: SendsResolved
  /** Is told of the alerts that are muted, whenever their group is looked at. */
  readonly onMuted?: OnMuted | undefined
  /** Where people reach this tracebell; empty where that is not known. It is asked when a plan is opened. */
  readonly externalUrl: () => string
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: DispatchMetrics
  readonly limits?: DispatchLimits | undefined
}

/** Decides who hears of which alerts, together with what, and when. */
export interface Dispatcher extends Component {
  /** Takes note of alerts, as often as they are told. Never throws. */
  accept(alerts: readonly Alert[]): void
  /** Goes on by another plan. What was told stays told. Rejects with `InvalidMatcher`, and then changes nothing. */
  replace(plan: DispatchPlan): Promise<void>
  /** The plan that it goes by. */
  plan(): DispatchPlan
  /** The alerts that fire. */
  alerts(): readonly ShownAlert[]
  groups(): readonly ShownGroup[]
  /** What would become of an alert with these labels now, and why. */
  explain(labels: LabelSet): Explanation
}

const LOGGED_EVERY_MS = MINUTE_MS

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { clock, metrics, logger, limits = DEFAULT_DISPATCH_LIMITS } = options
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  const timetable = createTimetable<AlertGroup | string>(clock, act)
  const active: ActiveAlerts = createActiveAlerts(limits.alerts, (held) =>
    current.inhibitor.remove(held.fingerprint, held.alert.labels),
  )
  const limiter = createRateLimiter(options.plan.rateLimits)
  const folds = createFolds()
  let current = open(options.plan)
  let groups = openGroups()
  let loop: Promise<void> = Promise.resolve()
  let isStarted = false
  /** While a new plan waits for what is under way by the old one. */
  let swapping: Promise<void> | undefined
  let refusedLoggedAt = Number.NEGATIVE_INFINITY

  function open(plan: DispatchPlan): OpenPlan & { readonly plan: DispatchPlan; readonly flusher: Flusher } {
    const parts = openPlan(plan, {
      ...options,
      externalUrl: options.externalUrl(),
      limiter,
      folds,
      schedule: (group, at) => timetable.set(group, at),
      scheduleFolded: (receiver, at) => {
        if (timetable.get(receiver) === undefined) timetable.set(receiver, at)
      },
      onEmpty: close,
    })
    return { ...parts, plan }
  }

  function openGroups(): GroupBook {
    return createGroupBook(limits.groups, () => metrics.dispatchOverflow.inc())
  }

  function close(group: AlertGroup): void {
    groups.remove(group)
    timetable.remove(group)
  }

  /** Does what is due. Gives back a promise while as much is done at once as may be. */
  function act(key: AlertGroup | string): Promise<void> | undefined {
    if (swapping !== undefined) return swapping
    const { signal } = stopping
    const { flusher } = current
    if (typeof key !== 'string') timetable.set(key, clock.now() + key.route.groupIntervalMs)
    const work = typeof key === 'string' ? flusher.flushFolded(key, signal) : flusher.flushGroup(key, signal)
    track(work)
    return running.size >= limits.flushes ? Promise.race(running) : undefined
  }

  function track(work: Promise<void>): void {
    const task = work.catch(logFault).finally(() => running.delete(task))
    running.add(task)
  }

  function logFault(error: unknown): void {
    if (!stopping.signal.aborted)
      logger.error('Dispatch failed unexpectedly', { error: describeThrown(error) })
  }

  function accept(alerts: readonly Alert[]): void {
    const at = clock.now()
    const over: Alert[] = []
    for (const alert of alerts) {
      const { held, isNews } = active.put(alert, at)
      if (held === undefined) noteRefused(at)
      else if (isNews) insert(held, at, at)
      else over.push(alert)
    }
    if (over.length > 0) track(letGoAgain(over, at))
    showSizes()
  }

  /** They were kept again when they were told again. What fails here is made up for a minute later. */
  function letGoAgain(ended: readonly Alert[], at: Timestamp): Promise<void> {
    return options.flush({ at, notification: undefined, notices: [], ended }, stopping.signal)
  }

  function noteRefused(at: Timestamp): void {
    metrics.dispatchRefused.inc()
    if (at - refusedLoggedAt < LOGGED_EVERY_MS) return
    refusedLoggedAt = at
    logger.error('Alerts are not taken, as there are too many', { most: limits.alerts })
  }

  /** Puts an alert into its groups; `before` it was in these. A group that is new has waited since `since`. */
  function insert(
    held: HeldAlert,
    at: Timestamp,
    since: Timestamp,
    before: Iterable<AlertGroup> = held.groups,
  ): void {
    current.inhibitor.update(held.alert)
    for (const route of matchRoutes(current.root, held.alert.labels)) {
      const group = groups.groupFor(route, held.alert.labels, before)
      group.alerts.set(held.fingerprint, held)
      held.groups.add(group)
      scheduleFirst(group, held.alert, at, since)
    }
  }

  /** A group waits for more alerts, but not for one that has waited for long enough. */
  function scheduleFirst(group: AlertGroup, { startsAt }: Alert, at: Timestamp, since: Timestamp): void {
    const { route } = group
    const due = timetable.get(group)
    const first = startsAt + route.groupWaitMs < at ? at : Math.max(at, since + route.groupWaitMs)
    if (due === undefined || (!group.hasFlushed && first < due)) timetable.set(group, first)
  }

  async function replace(plan: DispatchPlan): Promise<void> {
    const next = open(plan)
    await swapping
    swapping = swapWhenIdle(next)
    await swapping
    swapping = undefined
  }

  async function swapWhenIdle(next: typeof current): Promise<void> {
    await Promise.all(running)
    swap(next)
  }

  /** What is told by both plans is the same group to the log, so nobody is told twice. */
  function swap(next: typeof current): void {
    current = next
    const at = clock.now()
    timetable.clear()
    groups = openGroups()
    const moved = [...active.values()].map((held) => [held, insertAgain(held, at)] as const)
    // Only now: groups of the new plan have their settings from it.
    for (const [held, before] of moved) for (const group of before) keepUntilEnd(held, group, at)
    limiter.follow(next.plan.rateLimits)
    for (const receiver of folds.moveTo(groups.values()))
      timetable.set(receiver, limiter.roomAt(receiver, at))
    showSizes()
  }

  /** Puts an alert into the groups of the new plan. Gives back those in which it was. */
  function insertAgain(held: HeldAlert, at: Timestamp): readonly AlertGroup[] {
    const before = [...held.groups]
    held.groups.clear()
    if (before.length > 0 || isFiringAt(held.alert, at)) insert(held, at, held.alert.startsAt, before)
    else current.inhibitor.update(held.alert)
    return before
  }

  /** Whoever was told of an alert in a group that it is not in any more is told of its end. */
  function keepUntilEnd(held: HeldAlert, old: AlertGroup, at: Timestamp): void {
    const isSame = ({ key, route }: AlertGroup): boolean =>
      key === old.key && route.receiver === old.route.receiver
    if ([...held.groups].some(isSame)) return
    const group = groups.keepFor(old, held)
    if (group === undefined) return
    held.groups.add(group)
    scheduleFirst(group, held.alert, at, held.alert.startsAt)
  }

  function showSizes(): void {
    metrics.dispatchAlerts.set(active.size)
    metrics.dispatchGroups.set(groups.size)
  }

  async function start(): Promise<void> {
    if (isStarted) return
    const restored = await options.restore()
    if (isStarted) return
    isStarted = true
    const at = clock.now()
    const known = new Set([...active.values()].map(({ fingerprint }) => fingerprint))
    for (const alert of restored) {
      const { held } = known.size > 0 ? putUnknown(alert, at, known) : active.put(prolong(alert, at), at)
      if (held !== undefined) insert(held, at, alert.startsAt)
    }
    showSizes()
    loop = timetable.run(stopping.signal).catch(logFault)
  }

  /** What was told since is newer than what was restored. */
  function putUnknown(
    alert: Alert,
    at: Timestamp,
    known: ReadonlySet<string>,
  ): { readonly held: HeldAlert | undefined } {
    return known.has(toFingerprint(alert.labels)) ? { held: undefined } : active.put(prolong(alert, at), at)
  }

  /** While nobody watched, nobody could say that it goes on. */
  function prolong(alert: Alert, at: Timestamp): Alert {
    const isOpen = alert.status === 'firing'
    return isOpen ? { ...alert, endsAt: Math.max(alert.endsAt, at + limits.restoredMs) } : alert
  }

  return {
    start,
    stop: async () => {
      isStarted = true
      stopping.abort(new Error('stopped'))
      await loop
      await Promise.all(running)
    },
    accept,
    replace,
    plan: () => current.plan,
    alerts: () => showAlerts({ ...viewed(), alerts: active.values() }),
    groups: () => showGroups({ ...viewed(), groups: groups.values() }),
    explain: (labels) =>
      explainLabels(labels, { ...viewed(), find: find, dueAt: (group) => timetable.get(group) }),
  }

  function find(route: Route, labels: LabelSet): AlertGroup | undefined {
    return groups.find(route, labels)
  }

  function viewed() {
    return { ...current, silences: options.silences, at: clock.now() }
  }
}
