import type { MatchRule } from '../../model/alerting-rule.js'
import type { LabelSet } from '../../model/label-set.js'
import { MOST_TRACES, type RuleMeasure, type Sample } from '../../model/rule-sample.js'
import type { Interval } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import type { Selection } from '../../traceql/index.js'
import { createInstanceReader, type InstanceKey, type InstanceReader } from './instance-reader.js'
import { createNewestTraces, type NewestTraces } from './newest-traces.js'
import type { MatchRun, RuleProgram, WindowFacts } from './rule-run.js'

interface Instance {
  count: number
  /** The first that were counted: those of the window come with the newest first. */
  readonly exemplars: Trace[]
  /** Of those that came late, which may be newer than these. */
  readonly late: NewestTraces
}

/** More of one rule are not told apart any more. */
const MOST_INSTANCES = 10_000

/** A match rule: for each instance the number of distinct traces that match and overlap the window. */
export function createMatchProgram(rule: MatchRule, selection: Selection): RuleProgram {
  const reader = createInstanceReader(rule.groupBy)
  return { kind: 'match', start: (window) => startMatch(rule, selection, reader, window) }
}

function startMatch(
  rule: MatchRule,
  selection: Selection,
  reader: InstanceReader,
  window: Interval,
): MatchRun {
  const instances = new Map<InstanceKey, Instance>()
  let isFull = false

  function count(trace: Trace, keys: readonly InstanceKey[]): void {
    for (const key of keys) {
      const instance = instances.get(key) ?? begin(key)
      if (instance === undefined) continue
      instance.count += 1
      if (instance.exemplars.length < MOST_TRACES) instance.exemplars.push(trace)
    }
  }

  function countLate(trace: Trace, keys: readonly InstanceKey[]): void {
    for (const key of keys) {
      const instance = instances.get(key) ?? begin(key)
      if (instance === undefined) continue
      instance.count += 1
      instance.late.add(trace)
    }
  }

  function begin(key: InstanceKey): Instance | undefined {
    isFull ||= instances.size === MOST_INSTANCES
    if (isFull) return undefined
    const instance = { count: 0, exemplars: [], late: createNewestTraces(MOST_TRACES) }
    instances.set(key, instance)
    return instance
  }

  return {
    takers: [
      {
        selection,
        take: (context, spans) => count(context.trace, reader.instancesOf(context, spans)),
        alike: undefined,
      },
    ],
    instancesOf: (context, spans) => reader.instancesOf(context, spans),
    countLate,
    measure: (facts) => {
      const samples = Array.from(instances, ([key, instance]) =>
        toSample(rule, reader.labelsOf(key), instance, facts),
      )
      const isComplete = facts.isComplete && !isFull
      const completeness: RuleMeasure['completeness'] = isComplete ? 'complete' : 'partial'
      return { window, samples, completeness, hasData: facts.traceCount > 0 }
    },
  }
}

function toSample(
  { threshold, minTraffic, resolveWhen }: MatchRule,
  labels: LabelSet,
  instance: Instance,
  { traceCount, matches }: WindowFacts,
): Sample {
  const { count } = instance
  const holds = count >= threshold && traceCount >= minTraffic
  const shown = holds || resolveWhen !== undefined ? exemplarsOf(instance) : []
  return { labels, value: count, holds, exemplars: shown.map((trace) => matches.of(trace)) }
}

function exemplarsOf({ exemplars, late }: Instance): readonly Trace[] {
  if (late.list().length === 0) return exemplars
  const newest = createNewestTraces(MOST_TRACES)
  for (const trace of [...exemplars, ...late.list()]) newest.add(trace)
  return newest.list()
}
