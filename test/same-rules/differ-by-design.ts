/**
 * What is not the same over every source, and why. All else of an alert is compared: its labels, its state, its moments, its
 * value and its traces.
 *
 * - Of a quantile a Tempo knows the value by powers of two only. On which side of the threshold it lies is exact.
 * - Which traces prove a sample of a metric, a Tempo chooses. It chooses a hundred for all series, and of some there are none.
 * - On a Tempo windows end on whole seconds, and counts on whole steps of up to 15 s: the story is evaluated at such moments.
 * - How far a source lags behind is its own. Here none does, so that all look at the same windows.
 */
import type { AlertingRule } from '../../src/model/alerting-rule.js'

/** Whether the value of a rule is an estimate on some sources. */
export function isEstimate({ expr }: AlertingRule): boolean {
  return expr.includes('quantile_over_time')
}

/** Whether a source chooses the traces that alerts of a rule show. */
export function isOwnChoice({ kind }: AlertingRule): boolean {
  return kind === 'metric'
}
