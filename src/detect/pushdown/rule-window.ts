import type { AlertingRule } from '../../model/alerting-rule.js'
import { SECOND_MS, type Interval, type Timestamp } from '../../model/time.js'
import { countWindow } from '../count-window.js'

/** A longer window is of whole steps of this much, so that it has not too many of them. */
const LONG_STEP_MS = 15 * SECOND_MS
const LONG_WINDOW_MS = 600 * SECOND_MS

/**
 * The window of a rule on a source that knows whole seconds only: it ends behind the lag of the source, or further back
 * where the rule wants it so, on a whole step.
 */
export function ruleWindow(rule: AlertingRule, at: Timestamp, lagMs: number): Interval {
  const stepMs = rule.windowMs > LONG_WINDOW_MS ? LONG_STEP_MS : SECOND_MS
  const windowMs = Math.max(SECOND_MS, Math.ceil(rule.windowMs / stepMs) * stepMs)
  return countWindow(at, windowMs, Math.max(rule.queryOffsetMs, lagMs))
}
