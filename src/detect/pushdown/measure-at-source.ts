import type { AlertingRule } from '../../model/alerting-rule.js'
import type { MeasureRules, RuleMeasure } from '../../model/rule-sample.js'
import type { SpanSource } from '../../model/source.js'
import { SourceError } from '../../model/source-error.js'
import { MINUTE_MS, type Interval } from '../../model/time.js'
import { measureWindow, type MatchMemories } from './measure-window.js'
import type { TraceId } from '../../model/trace-id.js'
import { createRulePlanner, type MeasurePlan } from './plan-rule.js'
import { createSignsAsker } from './late/create-signs-asker.js'
import type { LateSigns } from './late/late-signs.js'
import { searchFrom } from './late/search-from.js'
import { recall, rememberMissed } from './match/match-memory.js'
import { ruleWindow, type LastWindow } from './rule-window.js'
import { SourceRun, unlessRefused } from './source-run.js'
import { createTurns } from './turns.js'

export interface MeasureAtSourceOptions {
  readonly source: SpanSource
  /**
   * How far back a trace is counted that comes later than the lag of the source, or lies in a window that could not be
   * looked at, in milliseconds before the window; none is by default. Windows are searched so much further back then.
   */
  readonly latenessMs?: number | undefined
  /**
   * The traces that a rule has counted in evaluations that this process knows nothing of; undefined where there were none.
   * Asked once for a rule, which then takes for late what was not counted.
   */
  readonly countedBefore?: ((rule: AlertingRule) => ReadonlySet<TraceId> | undefined) | undefined
  /** How far beyond a window parts of its traces are looked for, in milliseconds; 2 min by default. */
  readonly reachMs?: number | undefined
  /** How many requests may be under way at once; 3 by default. */
  readonly concurrency?: number | undefined
}

const DEFAULT_REACH_MS = 2 * MINUTE_MS
const DEFAULT_CONCURRENCY = 3

/**
 * Measures rules over a source that answers TraceQL itself, such as a Tempo. What it answers rightly, it is asked for; the
 * rest is worked out here over traces that it is asked for. Rules of one window share their questions.
 */
export function createMeasureAtSource(options: MeasureAtSourceOptions): MeasureRules {
  const { source, reachMs = DEFAULT_REACH_MS, latenessMs: lookBackMs = 0 } = options
  const memories: MatchMemories = new WeakMap()
  const lastWindows = new WeakMap<AlertingRule, LastWindow>()
  const planOf = createRulePlanner()
  const turns = createTurns(options.concurrency ?? DEFAULT_CONCURRENCY)

  const askSigns = createSignsAsker(source, lookBackMs, turns)

  async function measureGroup(group: WindowGroup, signs: LateSigns | undefined, signal: AbortSignal) {
    const { window, plans } = group
    for (const plan of plans) recallCounted(plan, window)
    const enoughTraffic = trafficOf(plans)
    const starts = plans.map((plan) =>
      plan.kind === 'metric'
        ? window.start
        : searchFrom({ window, lookBackMs, memory: memories.get(plan), signs }),
    )
    const late = { lookBackMs, searchFrom: Math.min(...starts), signs }
    const run = new SourceRun({ source, window, reachMs, ...late, turns, enoughTraffic, signal })
    const measures = await measureWindow(plans, memories, run)
    for (const [plan, measure] of measures) if (measure instanceof SourceError) noteMissed(plan, [window])
    return measures
  }

  function recallCounted(plan: MeasurePlan, window: Interval): void {
    if (plan.kind !== 'match' || plan.rule.threshold > 1 || lookBackMs === 0 || memories.has(plan)) return
    const counted = options.countedBefore?.(plan.rule)
    if (counted !== undefined) memories.set(plan, recall(counted, window, lookBackMs))
  }

  /** A rule that tells each trace catches up on the windows that it could not look at; others judge a window by itself. */
  function noteMissed(plan: MeasurePlan | SourceError, windows: readonly Interval[]): void {
    const [newest] = windows
    if (plan instanceof SourceError || plan.kind !== 'match' || plan.rule.threshold > 1) return
    if (newest === undefined || lookBackMs === 0) return
    memories.set(plan, rememberMissed(memories.get(plan), windows, newest.start - lookBackMs))
  }

  return async (rules, at, signal, missed = []) => {
    const freshness = await unlessRefused(source.freshness(at, signal))
    if (freshness instanceof SourceError) return rules.map(() => freshness)
    const planned = rules.map(planOf)
    const { lagMs } = freshness
    planned.forEach((plan, index) => {
      const rule = rules[index]
      if (rule !== undefined && missed.length > 0)
        noteMissed(
          plan,
          missed.map((moment) => ruleWindow(rule, moment, lagMs)),
        )
    })
    const groups = groupByWindow(rules, planned, (rule) => ruleWindow(rule, at, lagMs, lastWindows.get(rule)))
    const signs = await askSigns(groups.filter(isOfTraces), at, signal)
    const measures = await Promise.all(groups.map((group) => measureGroup(group, signs, signal)))
    const byPlan = new Map(measures.flatMap((each) => [...each]))
    for (const [{ rule }, measure] of byPlan) {
      if (!(measure instanceof SourceError)) lastWindows.set(rule, { window: measure.window, at, lagMs })
    }
    return planned.map((plan): RuleMeasure | SourceError =>
      plan instanceof SourceError ? plan : (byPlan.get(plan) ?? NOT_MEASURED),
    )
  }
}

const NOT_MEASURED = new SourceError('the rule was not measured', { reason: 'failed' })

interface WindowGroup {
  readonly window: Interval
  readonly plans: MeasurePlan[]
}

/** Whether one of its rules counts traces, of which some may come late. */
function isOfTraces({ plans }: WindowGroup): boolean {
  return plans.some(({ kind }) => kind === 'match')
}

/** The plans by the windows of their rules. */
function groupByWindow(
  rules: readonly AlertingRule[],
  planned: readonly (MeasurePlan | SourceError)[],
  windowOf: (rule: AlertingRule) => Interval,
): readonly WindowGroup[] {
  const groups = new Map<string, WindowGroup>()
  rules.forEach((rule, index) => {
    const plan = planned[index]
    if (plan === undefined || plan instanceof SourceError) return
    const window = windowOf(rule)
    const key = `${window.start} ${window.end}`
    const group = groups.get(key) ?? { window, plans: [] }
    groups.set(key, group)
    group.plans.push(plan)
  })
  return [...groups.values()]
}

/** How many traces in the window it is enough to know of: whether there are any, or enough for each rule. */
function trafficOf(plans: readonly MeasurePlan[]): number {
  return Math.max(1, ...plans.map((plan) => (plan.kind === 'match' ? plan.rule.minTraffic : 0)))
}
