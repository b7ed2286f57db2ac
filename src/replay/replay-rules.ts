import { TICK_MS } from '../detect/anomaly/series/ticks.js'
import type { AlertingRule, RuleGroup } from '../model/alerting-rule.js'
import type { LocalTraces } from '../model/local-traces.js'
import type { RenderTemplate } from '../model/render-template.js'
import type { MeasureRules } from '../model/rule-sample.js'
import type { Span } from '../model/span.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import type { Refusals } from '../otlp/decoded-spans.js'
import { nextOnGrid } from '../rule/group-grid.js'
import type { GroupStatus } from '../rule/group-status.js'
import { createRuleGroup, type GroupOutcome, type RuleGroupRun } from '../rule/rule-group.js'
import { createMemoryRuleStore } from '../store/memory-rule-store.js'
import { createMetrics } from '../telemetry/metrics.js'
import { silentLogger } from '../telemetry/silent-logger.js'
import { createTracesHere, LATENESS_MS, MOST_LAG_MS, type TracesHere } from '../traces-here.js'
import { addSpans } from './add-spans.js'
import { createLateTraces } from './late-traces.js'
import { createReplayClock } from './replay-clock.js'
import { ReplayError } from './replay-error.js'

export interface ReplayRulesOptions {
  readonly groups: readonly RuleGroup[]
  readonly render: RenderTemplate
  /** The memory that the spans may take which windows can still reach. */
  readonly maxBytes: number
  /** How late spans come, where that is not to be measured. */
  readonly lagMs?: number | undefined
  /** When the world begins: there are no spans from before it. */
  readonly start: Timestamp
  /** The first evaluation of each group is the first of its grid that is not before this moment. */
  readonly from: Timestamp
  /** Groups are due so long after the whole multiples of their interval; 0 by default. */
  readonly offsetMs?: number | undefined
  /** Is told what every evaluation of a group came to, in order of time, and is waited for. */
  readonly onOutcome?: ((outcome: GroupOutcome, traces: LocalTraces) => void | Promise<void>) | undefined
  /** Is told before that what the rules of the group measured, in their order, and of which traces. */
  readonly onMeasured?: ((at: Timestamp, measured: Measured, here: TracesHere) => void) | undefined
}

type Measured = Awaited<ReturnType<MeasureRules>>

/** Rules over virtual time: spans come in, and groups are evaluated when they are due. */
export interface RuleReplay {
  /** Evaluates what is due before `at`, and moves the time there. */
  moveTo(at: Timestamp, signal: AbortSignal): Promise<void>
  /** Takes spans in that arrive now. */
  add(spans: readonly Span[]): Refusals
  /** Goes on until `to`, but no longer than the windows of a group end at data that are there: what has come by now. */
  finish(to: Timestamp | undefined, signal: AbortSignal): Promise<void>
  /** Evaluates what is due until `at`, that moment included, and moves the time there. */
  settle(at: Timestamp, signal: AbortSignal): Promise<void>
  now(): Timestamp
  /** How many traces came so late that there is a rule which did not count them. */
  lateTraces(): number
  /** Where the groups stand. */
  statuses(): readonly GroupStatus[]
}

interface DueGroup {
  readonly group: RuleGroup
  readonly run: RuleGroupRun
  next: Timestamp
}

/** A stretch of time without spans in which a group is due more often than this is a time that is wrong. */
const MOST_EVALUATIONS = 500_000

/** Traces that last longer than this are in parts. */
const LONGEST_TRACE_MS = 60 * MINUTE_MS

/** The evaluation, the life cycle and the window are those of the daemon. Groups are due at whole multiples of their interval. */
export function createRuleReplay(options: ReplayRulesOptions): RuleReplay {
  const { groups, render, start } = options
  const clock = createReplayClock(start)
  const metrics = createMetrics()
  const maxAgeMs = reachOf(groups) + LONGEST_TRACE_MS
  const here = createTracesHere({ ...options, maxAgeMs, clock, metrics })
  const late = createLateTraces(groups, (at) => here.freshness(at).lagMs)
  const due = groups.map((group): DueGroup => ({ group, run: createRun(group), next: firstDue(group) }))

  async function measure(...[rules, at, signal]: Parameters<MeasureRules>): Promise<Measured> {
    const measured = await here.measure(rules, at, signal)
    options.onMeasured?.(at, measured, here)
    return measured
  }

  function createRun(group: RuleGroup): RuleGroupRun {
    return createRuleGroup({
      group,
      measure,
      render,
      store: createMemoryRuleStore(),
      onAlerts: () => {},
      clock,
      logger: silentLogger,
      metrics,
    })
  }

  function firstDue({ intervalMs }: RuleGroup): Timestamp {
    return nextOnGrid({ intervalMs, offsetMs: options.offsetMs ?? 0 }, options.from)
  }

  /** The group that is due first, among those that are due until their own moment. */
  function nextDue(isDue: (each: DueGroup) => boolean): DueGroup | undefined {
    return due
      .filter(isDue)
      .reduce<DueGroup | undefined>(
        (first, each) => (first && first.next <= each.next ? first : each),
        undefined,
      )
  }

  async function evaluateWhile(isDue: (each: DueGroup) => boolean, signal: AbortSignal): Promise<void> {
    for (let each = nextDue(isDue); each !== undefined; each = nextDue(isDue)) {
      signal.throwIfAborted()
      clock.moveTo(each.next)
      const outcome = await each.run.evaluate(each.next, signal)
      await options.onOutcome?.(outcome, here.window)
      each.next += each.group.intervalMs
    }
  }

  return {
    moveTo: async (at, signal) => {
      for (const each of due)
        if (at - each.next > MOST_EVALUATIONS * each.group.intervalMs) throw tooLong(each, at)
      await evaluateWhile((each) => each.next < at, signal)
      clock.moveTo(at)
    },
    add: (spans) => {
      late.note(spans, clock.now())
      return addSpans(here.window, spans)
    },
    settle: async (at, signal) => {
      await evaluateWhile((each) => each.next <= at, signal)
      clock.moveTo(at)
    },
    now: () => clock.now(),
    lateTraces: () => late.count(),
    statuses: () => due.map(({ run }) => run.status()),
    finish: async (to = Number.POSITIVE_INFINITY, signal) => {
      const end = clock.now()
      const { lagMs } = here.freshness(end)
      const offsetOf = ({ group }: DueGroup): number =>
        Math.min(...group.rules.map((rule) => Math.max(rule.queryOffsetMs, lagMs) + tickOf(rule)))
      await evaluateWhile((each) => each.next <= Math.min(to, end + offsetOf(each)), signal)
    },
  }
}

/** What is unlike normal is looked at by whole ticks, of which the last one ends after the last span. */
function tickOf({ kind }: AlertingRule): number {
  return kind === 'anomaly' ? TICK_MS : 0
}

/** How far back before an evaluation anything is looked at. */
function reachOf(groups: readonly RuleGroup[]): number {
  const reaches = groups.flatMap(({ rules }) =>
    rules.map(({ windowMs, queryOffsetMs }) => windowMs + Math.max(queryOffsetMs, MOST_LAG_MS)),
  )
  return LATENESS_MS + Math.max(0, ...reaches)
}

function tooLong({ group, next }: DueGroup, at: Timestamp): ReplayError {
  const [since, until] = [new Date(next).toISOString(), new Date(at).toISOString()]
  const found = `nothing arrives from about ${since} to ${until}`
  const problem = `which is more than ${MOST_EVALUATIONS} evaluations of group ${group.name}`
  return new ReplayError(`${found}, ${problem}; --from and --to leave out what is far away`)
}
