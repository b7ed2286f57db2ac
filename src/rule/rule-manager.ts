import type { RuleGroup } from '../model/alerting-rule.js'
import type { Component } from '../model/component.js'
import type { Fingerprint } from '../model/label-set.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import type { RuleKey, RuleStore } from '../store/rule-store.js'
import { createQueue } from '../model/create-queue.js'
import { toGrid } from './group-grid.js'
import { createGroupLoop, type GroupLoop } from './group-loop.js'
import { closeGroupMetrics, openGroupMetrics } from './group-report.js'
import type { GroupStatus } from './group-status.js'
import type { Alerts } from './look-at-measure.js'
import { restoreAlerts } from './restore-alerts.js'
import { createRetiredAlerts } from './retired-alerts.js'
import { createRuleGroup, type RuleGroupParts, type RuleGroupRun } from './rule-group.js'
import { type GroupKey, toGroupKey, toRuleKeys } from './rule-key.js'

export interface RuleManagerOptions extends RuleGroupParts {
  readonly groups: readonly RuleGroup[]
  readonly store: RuleStore
}

/** All rule groups, each on its own grid of time. */
export interface RuleManager extends Component {
  /**
   * Takes these groups in place of those that are there. A group that is the same goes on; a rule that has kept its
   * file, group, name and labels keeps its alerts; those of a rule that is gone end. Throws where two groups of one file
   * have one name, and changes nothing then.
   */
  replace(groups: readonly RuleGroup[]): Promise<void>
  /** Where the groups stand, by file and name; none before the start. */
  groups(): readonly GroupStatus[]
}

interface Running {
  readonly group: RuleGroup
  readonly run: RuleGroupRun
  readonly loop: GroupLoop
}

/** Alerts of rules for which no group is in charge at the moment. */
type Pool = Map<RuleKey, Alerts>

/** Runs rule groups: restores their alerts at the start, and keeps them over a change of the rules. */
export function createRuleManager(options: RuleManagerOptions): RuleManager {
  const { clock, logger, metrics, store } = options
  const running = new Map<GroupKey, Running>()
  const serially = createQueue()
  const retired = createRetiredAlerts({ ...options, isFiring })
  const retiredLoop = createGroupLoop({
    // It may have waited for its turn.
    evaluate: () => serially(() => retired.evaluate(clock.now())),
    onLate: () => {},
    clock,
    grid: { intervalMs: MINUTE_MS, offsetMs: 0 },
    logger,
  })
  let groups = options.groups
  let phase: 'new' | 'started' | 'stopped' = 'new'

  function isFiring(fingerprint: Fingerprint): boolean {
    const rules = [...running.values()].flatMap(({ run }) => run.status().rules)
    return rules.some(({ alerts }) => alerts.get(fingerprint)?.state === 'firing')
  }

  async function start(): Promise<void> {
    if (phase !== 'new') return
    const at = clock.now()
    const { alerts, dropped } = restoreAlerts(await store.loadAlerts(), groups, at)
    if (dropped.length > 0) await store.commit({ at, saved: [], removed: dropped, alerts: [] })
    await apply(byKey(groups), new Map(alerts))
    await retiredLoop.start()
    phase = 'started'
  }

  async function replace(wanted: readonly RuleGroup[]): Promise<void> {
    const wantedByKey = byKey(wanted)
    groups = wanted
    if (phase === 'started') await apply(wantedByKey, new Map())
  }

  async function apply(wanted: ReadonlyMap<GroupKey, RuleGroup>, pool: Pool): Promise<void> {
    const due = await closeChanged(wanted, pool)
    const opened = [...wanted].flatMap(([key, group]) =>
      running.has(key) ? [] : [open(group, pool, due.get(key))],
    )
    for (const [rule, alerts] of pool) retired.take(rule, alerts)
    await retired.evaluate(clock.now())
    for (const { loop } of opened) await loop.start()
  }

  /** Stops the groups that are gone or not the same, and takes their alerts. Tells which evaluations that cut short. */
  async function closeChanged(
    wanted: ReadonlyMap<GroupKey, RuleGroup>,
    pool: Pool,
  ): Promise<ReadonlyMap<GroupKey, Timestamp>> {
    const due = new Map<GroupKey, Timestamp>()
    for (const [key, { group, run, loop }] of running) {
      const next = wanted.get(key)
      if (isSame(group, next)) continue
      await loop.stop()
      running.delete(key)
      for (const rule of run.status().rules) pool.set(rule.key, rule.alerts)
      if (next === undefined) closeGroupMetrics(metrics, key)
      const interruptedAt = loop.interruptedAt()
      if (interruptedAt !== undefined && next?.intervalMs === group.intervalMs) due.set(key, interruptedAt)
    }
    return due
  }

  function open(group: RuleGroup, pool: Pool, firstAt: Timestamp | undefined): Running {
    const key = toGroupKey(group)
    const run = createRuleGroup({ ...options, group, alerts: takeAlerts(group, pool) })
    const loop = createGroupLoop({
      evaluate: async (at, signal) => void (await run.evaluate(at, signal)),
      onLate: (missed) => noteLate(key, missed),
      clock,
      grid: toGrid(key, group.intervalMs),
      firstAt,
      logger,
    })
    openGroupMetrics(metrics, group)
    const opened = { group, run, loop }
    running.set(key, opened)
    return opened
  }

  function takeAlerts(group: RuleGroup, pool: Pool): Pool {
    const taken: Pool = new Map()
    for (const key of toRuleKeys(group)) {
      const alerts = pool.get(key) ?? retired.giveBack(key)
      pool.delete(key)
      if (alerts !== undefined) taken.set(key, alerts)
    }
    return taken
  }

  function noteLate(key: GroupKey, missed: number): void {
    const labels = { rule_group: key }
    metrics.ruleGroupLate.inc(labels)
    metrics.ruleGroupMissed.inc(labels, missed)
    metrics.ruleGroupIterations.inc(labels, missed)
  }

  async function stopGroups(): Promise<void> {
    if (phase === 'started') phase = 'stopped'
    await Promise.all([...running.values()].map(({ loop }) => loop.stop()))
  }

  return {
    start: () => serially(start),
    async stop() {
      await serially(stopGroups)
      // Its evaluations wait for their turn, so that its end cannot be part of one.
      await retiredLoop.stop()
    },
    replace: (wanted) => serially(() => replace(wanted)),
    groups: () =>
      [...running.values()].map(({ run }) => run.status()).toSorted((a, b) => compare(a.group, b.group)),
  }
}

function byKey(groups: readonly RuleGroup[]): ReadonlyMap<GroupKey, RuleGroup> {
  const found = new Map<GroupKey, RuleGroup>()
  for (const group of groups) {
    const key = toGroupKey(group)
    if (found.has(key))
      throw new Error(`two rule groups of ${group.file} are called ${JSON.stringify(group.name)}`)
    found.set(key, group)
  }
  return found
}

function isSame(group: RuleGroup, other: RuleGroup | undefined): boolean {
  return other !== undefined && toText(group) === toText(other)
}

function toText(group: RuleGroup): string {
  return JSON.stringify(group, (_, value: unknown) => (value instanceof Map ? [...value] : value))
}

function compare(a: RuleGroup, b: RuleGroup): number {
  return compareTexts(a.file, b.file) || compareTexts(a.name, b.name)
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
