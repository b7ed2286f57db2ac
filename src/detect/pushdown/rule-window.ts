import type { AlertingRule } from '../../model/alerting-rule.js'
import { SECOND_MS, type Interval, type Timestamp } from '../../model/time.js'
import { countStepMs, countWindow } from '../count-window.js'

/** A longer window is of whole steps of this much, so that it has not too many of them. */
const LONG_STEP_MS = 15 * SECOND_MS
const LONG_WINDOW_MS = 600 * SECOND_MS

/** The last evaluation of a rule. */
export interface LastWindow {
  readonly window: Interval
  readonly at: Timestamp
  /** How far the source lagged behind then, in milliseconds. */
  readonly lagMs: number
}

/**
 * The window of a rule on a source that knows whole seconds only: it ends behind the lag of the source, or further back
 * where the rule wants it so, on a whole step. Where the lag has become more since the last evaluation, it is the last
 * window until time has caught up: to look further back would find again what has been told. Where the lag has become
 * less, windows that would have touched have a gap between them; a window that counts traces begins earlier then.
 */
export function ruleWindow(rule: AlertingRule, at: Timestamp, lagMs: number, last?: LastWindow): Interval {
  const stepMs = rule.windowMs > LONG_WINDOW_MS ? LONG_STEP_MS : SECOND_MS
  const windowMs = Math.max(SECOND_MS, Math.ceil(rule.windowMs / stepMs) * stepMs)
  const { start, end } = countWindow(at, windowMs, lagOf(rule, lagMs))
  if (last === undefined) return { start, end }
  // Where the clock was set back, what was looked at lies in the future.
  if (end < last.window.end && at >= last.at)
    return { start: last.window.end - windowMs, end: last.window.end }
  if (rule.kind === 'metric') return { start, end }
  const wholeMs = countStepMs(windowMs)
  const lostMs = Math.ceil((lagOf(rule, last.lagMs) - lagOf(rule, lagMs)) / wholeMs) * wholeMs
  return { start: start - Math.max(0, Math.min(lostMs, start - last.window.end)), end }
}

function lagOf({ queryOffsetMs }: AlertingRule, lagMs: number): number {
  return Math.max(queryOffsetMs, lagMs)
}
