import type { AlertingRule } from '../model/alerting-rule.js'
import type { ArrivalMark, LocalTraces } from '../model/local-traces.js'
import type { MeasureRules, RuleMeasure } from '../model/rule-sample.js'
import type { Freshness } from '../model/source.js'
import { SourceError } from '../model/source-error.js'
import type { Interval, Timestamp } from '../model/time.js'
import type { TraceqlError } from '../traceql/index.js'
import { countLate } from './here/count-late.js'
import { passOverTraces } from './here/pass-over-traces.js'
import { forget, joinIntervals, remember, windowOf, type RuleMemory } from './here/rule-memory.js'
import { compileRule } from './here/compile-rule.js'
import type { RuleProgram } from './here/rule-run.js'
import { startTask, type RuleTask } from './here/rule-task.js'
import { createSelectionTables } from './here/selection-table.js'
import { createTraceMatches } from './here/trace-matches.js'

export interface MeasureHereOptions {
  readonly traces: LocalTraces
  /** How far behind the present the traces are complete. */
  readonly freshness: (at: Timestamp) => Freshness
  /** How far back a trace is counted that comes later than that, in milliseconds before the window. */
  readonly latenessMs: number
}

/**
 * Measures rules over traces that are held in this process. Rules that are given together share one pass over the traces:
 * a trace is made ready once, and a rule sees only those that it may match.
 */
export function createMeasureHere({ traces, freshness, latenessMs }: MeasureHereOptions): MeasureRules {
  const programs = new WeakMap<AlertingRule, RuleProgram | SourceError>()
  const memories = new WeakMap<AlertingRule, RuleMemory>()
  const tables = createSelectionTables()

  function programOf(rule: AlertingRule): RuleProgram | SourceError {
    const known = programs.get(rule)
    if (known !== undefined) return known
    const program = attempt(() => compileRule(rule))
    programs.set(rule, program)
    return program
  }

  function start(rule: AlertingRule, at: Timestamp, lagMs: number): RuleTask | SourceError {
    const program = programOf(rule)
    if (program instanceof SourceError) return program
    const memory = memories.get(rule)
    const window = windowOf(rule, at, lagMs, memory)
    return startTask(rule, program, window, memory && forget(memory, window.start - latenessMs))
  }

  async function measureStretch(
    stretch: Interval,
    tasks: readonly RuleTask[],
    mark: ArrivalMark,
    signal: AbortSignal,
  ): Promise<readonly (RuleMeasure | SourceError)[]> {
    const failures = new Map<number, TraceqlError>()
    const table = tables.tableOf(tasks)
    await passOverTraces(traces, stretch, mark, table, failures, signal)
    const late = countLate(traces, mark, table, failures)
    const counts = createTraceCounts(traces)
    const matches = createTraceMatches(traces)
    return tasks.map((task) => {
      const failure = table.failureOf(task, failures)
      if (failure !== undefined) return toSourceError(failure)
      const isComplete = traces.completeSince() <= task.window.start
      const measure = task.run.measure({ traceCount: counts(task.window), isComplete, matches })
      const lateTraces = task.kind === 'match' ? late.get(task) : undefined
      return lateTraces === undefined ? measure : { ...measure, lateTraces }
    })
  }

  async function measureAll(
    tasks: readonly RuleTask[],
    mark: ArrivalMark,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<AlertingRule, RuleMeasure | SourceError>> {
    const measured = new Map<AlertingRule, RuleMeasure | SourceError>()
    for (const stretch of joinIntervals(tasks.map(({ window }) => window))) {
      const members = tasks.filter(({ window }) => window.start >= stretch.start && window.end <= stretch.end)
      const measures = await measureStretch(stretch, members, mark, signal)
      members.forEach(({ rule }, index) => measured.set(rule, measures[index] ?? NOT_MEASURED))
    }
    return measured
  }

  return async (rules, at, signal) => {
    const { lagMs } = freshness(at)
    const started = rules.map((rule) => start(rule, at, lagMs))
    const tasks = started.flatMap((each) => (each instanceof SourceError ? [] : [each]))
    const mark = traces.mark()
    const measured = await measureAll(tasks, mark, signal)
    for (const { rule, window, memory } of tasks) {
      if (measured.get(rule) instanceof SourceError) continue
      memories.set(rule, remember(memory, window, { mark, at, lagMs }))
    }
    return started.map((each) =>
      each instanceof SourceError ? each : (measured.get(each.rule) ?? NOT_MEASURED),
    )
  }
}

const NOT_MEASURED = new SourceError('the rule was not measured', { reason: 'failed' })

function attempt<T>(work: () => T): T | SourceError {
  try {
    return work()
  } catch (error) {
    if (error instanceof SourceError) return error
    throw error
  }
}

function toSourceError(failure: TraceqlError): SourceError {
  return new SourceError(failure.message, { reason: 'failed', cause: failure })
}

/** The traces in each window, each counted once. */
function createTraceCounts(traces: Pick<LocalTraces, 'countWithin'>): (window: Interval) => number {
  const known = new Map<string, number>()
  return (window) => {
    const key = `${window.start} ${window.end}`
    const count = known.get(key) ?? traces.countWithin(window)
    known.set(key, count)
    return count
  }
}
