import type { AlertingRule } from '../../model/alerting-rule.js'
import type { ArrivalMark } from '../../model/local-traces.js'
import type { Interval, Timestamp } from '../../model/time.js'

/** What must be known of the earlier evaluations of a rule. */
export interface RuleMemory {
  /** Up to when what came was seen. */
  readonly mark: ArrivalMark
  readonly at: Timestamp
  readonly lagMs: number
  /** The stretches of time that its windows have held, in order, as far back as late traces are counted. */
  readonly seen: readonly Interval[]
}

/**
 * The window of a rule, start excluded, end included: it ends behind the lag of the source, or further back where the rule
 * wants it so. Where the lag has become more since the last evaluation, it is the last window until time has caught up: to
 * look further back would find again what has been told. Where the lag has become less, windows that would have touched
 * have a gap between them; a window that counts traces begins earlier then.
 */
export function windowOf(
  rule: AlertingRule,
  at: Timestamp,
  lagMs: number,
  memory: RuleMemory | undefined,
): Interval {
  const end = at - lagOf(rule, lagMs)
  const start = end - rule.windowMs
  const last = memory?.seen.at(-1)
  if (memory === undefined || last === undefined) return { start, end }
  // Where the clock was set back, what was looked at lies in the future.
  if (end < last.end && at >= memory.at) return { start: last.end - rule.windowMs, end: last.end }
  if (rule.kind === 'metric') return { start, end }
  const lost = lagOf(rule, memory.lagMs) - lagOf(rule, lagMs)
  return { start: start - Math.max(0, Math.min(lost, start - last.end)), end }
}

function lagOf({ queryOffsetMs }: AlertingRule, lagMs: number): number {
  return Math.max(queryOffsetMs, lagMs)
}

/** What is to be known after a window has been measured. */
export function remember(
  memory: RuleMemory | undefined,
  window: Interval,
  { mark, at, lagMs }: Pick<RuleMemory, 'mark' | 'at' | 'lagMs'>,
): RuleMemory {
  return { mark, at, lagMs, seen: joinIntervals([...(memory?.seen ?? []), window]) }
}

/** The same without what lies further back than late traces are counted. */
export function forget(memory: RuleMemory, since: Timestamp): RuleMemory {
  const seen = memory.seen.flatMap(({ start, end }) =>
    end > since ? [{ start: Math.max(start, since), end }] : [],
  )
  return { ...memory, seen }
}

/** The same stretches of time, those that overlap or touch made one, in order. */
export function joinIntervals(intervals: readonly Interval[]): readonly Interval[] {
  const joined: Interval[] = []
  for (const next of intervals.toSorted((left, right) => left.start - right.start)) {
    const last = joined.at(-1)
    if (last === undefined || next.start > last.end) joined.push(next)
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, next.end) }
  }
  return joined
}
