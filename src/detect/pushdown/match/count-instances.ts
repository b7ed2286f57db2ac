import type { MatchRule } from '../../../model/alerting-rule.js'
import { MOST_TRACES, type Sample } from '../../../model/rule-sample.js'
import type { Span } from '../../../model/span.js'
import { newestMatches, type TraceMatch } from '../../../model/trace-match.js'
import { createLabelReader, parseField, type TraceContext } from '../../../traceql/index.js'

/** A trace that matches. */
export interface CountedTrace {
  readonly match: TraceMatch
  readonly context: TraceContext
  /** What the rule's expression chooses of it. */
  readonly spans: readonly Span[]
  /** Whether all its spans are known here; else only the match tells of its root. */
  readonly isWhole: boolean
}

interface Instance {
  readonly values: Values
  readonly matches: TraceMatch[]
}

type Values = readonly (string | undefined)[]

/** An instance of a rule: the values of what it groups by, as JSON. */
export type InstanceKey = string

/** More of one rule are not told apart any more. */
const MOST_INSTANCES = 10_000

/** The instances of a match rule, each with its traces. */
export interface InstanceCounter {
  /**
   * Counts a trace, which must come once, in each instance that it belongs to, but for those in which it was counted before.
   * Answers the instances in which it counts now.
   */
  count(trace: CountedTrace, before?: readonly InstanceKey[]): readonly InstanceKey[]
  /** Whether there were too many instances to count in all. */
  isFull(): boolean
  /** `traffic` is how many traces the window held, as far as that matters. */
  samples(traffic: number): readonly Sample[]
}

export function createInstanceCounter(rule: MatchRule): InstanceCounter {
  const valuesOf = createValuesReader(rule.groupBy)
  const instances = new Map<InstanceKey, Instance>()
  let isFull = false

  function instanceOf(key: InstanceKey, values: Values): Instance | undefined {
    const known = instances.get(key)
    if (known !== undefined) return known
    isFull ||= instances.size === MOST_INSTANCES
    if (isFull) return undefined
    const instance = { values, matches: [] }
    instances.set(key, instance)
    return instance
  }

  return {
    count: (trace, before = []) => {
      const found = new Map(trace.spans.map((span) => keyed(valuesOf(trace, span))))
      for (const key of before) found.delete(key)
      for (const [key, values] of found) instanceOf(key, values)?.matches.push(trace.match)
      return [...found.keys()]
    },
    isFull: () => isFull,
    samples: (traffic) => Array.from(instances.values(), (instance) => toSample(rule, instance, traffic)),
  }
}

function keyed(values: Values): [InstanceKey, Values] {
  return [JSON.stringify(values.map((value) => value ?? null)), values]
}

/** Reads what makes the instances. Of a trace that is not whole, what there is to know of its root is in the match. */
function createValuesReader(groupBy: readonly string[]): (trace: CountedTrace, span: Span) => Values {
  const reader = createLabelReader(groupBy)
  const names = groupBy.map((text) => {
    const field = parseField(text)
    return field.kind === 'Intrinsic' ? field.name : undefined
  })
  return ({ context, match, isWhole }, span) => {
    const values = reader.read(context, span)
    if (isWhole) return values
    return values.map((value, index) => {
      if (names[index] === 'rootServiceName') return match.rootServiceName
      return names[index] === 'rootName' ? match.rootSpanName : value
    })
  }
}

function toSample(rule: MatchRule, { values, matches }: Instance, traffic: number): Sample {
  const labels = new Map<string, string>()
  rule.groupBy.forEach((name, index) => {
    const value = values[index]
    if (value !== undefined) labels.set(name, value)
  })
  const holds = matches.length >= rule.threshold && traffic >= rule.minTraffic
  const isShown = holds || rule.resolveWhen !== undefined
  return {
    labels,
    value: matches.length,
    holds,
    exemplars: isShown ? newestMatches(matches, MOST_TRACES) : [],
  }
}
