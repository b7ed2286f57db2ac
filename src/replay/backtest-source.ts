import { createMeasureAtSource } from '../detect/pushdown/measure-at-source.js'
import type { RuleGroup } from '../model/alerting-rule.js'
import type { Clock } from '../model/clock.js'
import type { SpanSource } from '../model/source.js'
import type { Interval } from '../model/time.js'
import { nextOnGrid } from '../rule/group-grid.js'
import type { TemplateLinks } from '../template/template-links.js'
import type { BacktestReport } from './backtest-report.js'
import type { DispatchSettings } from './delivery/open-rehearsed.js'
import { countEvaluations, evaluatePlans, type GroupPlan } from './evaluate-plans.js'
import { createOutageWatch } from './outage-watch.js'
import { createPatientSource } from './patient-source.js'
import { findLag } from './find-lag.js'
import { ReplayError } from './replay-error.js'
import { createReplayRecord } from './replay-record.js'

export interface BacktestSourceOptions {
  readonly groups: readonly RuleGroup[]
  readonly links?: TemplateLinks | undefined
  /** Who is to be told, where that is rehearsed too. */
  readonly delivery?: DispatchSettings | undefined
  readonly source: SpanSource
  /** The first and the last moment at which rules may be evaluated. */
  readonly period: Interval
  /** Is given each anomaly as a line of JSON without its end; undefined where nobody wants them. */
  readonly onAnomaly?: ((line: string) => void) | undefined
  /** Is told after each evaluation how many are done, and how many there are in all. */
  readonly onProgress: (done: number, total: number) => void
  /** The machine's: pauses before a question is asked again take real time. */
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Each costs the source some requests. */
const MOST_EVALUATIONS = 50_000

/**
 * Evaluates rules over the past of a source that answers TraceQL, such as a Tempo, at whole multiples of their intervals.
 * What came late is where it belongs, as all of it is known by now. The lag is asked for once, so that two runs over one
 * past come to the same. Throws a `ReplayError` where there are too many evaluations.
 */
export async function backtestSource(options: BacktestSourceOptions): Promise<BacktestReport> {
  const { groups, period, clock, signal } = options
  const plans = groups.map((group) => planGroup(group, period))
  const total = countEvaluations(plans)
  checkCount(total, groups.length, period)
  const { source, outage } = createPatientSource(options.source, clock)
  const freshness = await findLag(source, clock.now(), signal)
  const record = createReplayRecord({ ...options, countTraces: () => undefined })
  const watch = createOutageWatch(outage)
  let done = 0
  await evaluatePlans({
    plans,
    measure: createMeasureAtSource({ source: { ...source, freshness: async () => freshness } }),
    render: record.render,
    onOutcome: async (outcome) => {
      await record.note(outcome)
      done += 1
      options.onProgress(done, total)
      return watch.note()
    },
    signal,
  })
  const delivery = await record.finish()
  const { start: from, end: to } = record.period(period.start)
  return {
    from,
    to,
    rules: record.histories(),
    file: undefined,
    lagMs: freshness.lagMs,
    templateFaults: record.templateFaults(),
    cutOff: watch.gaveUp(),
    delivery,
  }
}

function planGroup(group: RuleGroup, { start, end }: Interval): GroupPlan {
  return { group, first: nextOnGrid({ intervalMs: group.intervalMs, offsetMs: 0 }, start), last: end }
}

function checkCount(total: number, groups: number, { start, end }: Interval): void {
  if (total <= MOST_EVALUATIONS) return
  const stretch = `${new Date(start).toISOString()} to ${new Date(end).toISOString()}`
  throw new ReplayError(
    `--from, --to: ${stretch} is ${total} evaluations of ${groups} groups, expected at most ${MOST_EVALUATIONS}: a shorter time, or longer intervals`,
  )
}
