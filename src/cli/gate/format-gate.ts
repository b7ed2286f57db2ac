import type { Firing, RuleHistory } from '../../replay/firing-log.js'
import type { GateReport } from '../../replay/gate.js'
import { isFinding, troubleOf } from '../../replay/gate-verdict.js'
import { formatLabels } from '../backtest/format-labels.js'
import { formatNumber } from '../query/format-series.js'
import { printable } from '../query/printable.js'

/** More are in the JSON. */
const SHOWN_ALERTS = 100
const SHOWN_TRACES = 3
const SHOWN_REASONS = 3

/** The alerts of a gate that have fired, in order of time, a line each. */
export function formatAlerts({ rules }: GateReport): readonly string[] {
  const alerts = rules.flatMap(({ rule, firings }) =>
    firings.filter(isFinding).map((firing) => ({ name: rule.alert, firing })),
  )
  const inOrder = alerts.toSorted((left, right) => left.firing.firedAt - right.firing.firedAt)
  const others = alerts.length - SHOWN_ALERTS
  return [
    ...inOrder.slice(0, SHOWN_ALERTS).map(({ name, firing }) => printable(formatAlert(name, firing))),
    ...(others > 0 ? [`and ${others} more; --json shows all`] : []),
  ]
}

function formatAlert(name: string, firing: Firing): string {
  const { labels, value, firedAt, endedAt, traceIds } = firing
  const trouble = troubleOf(firing)
  const until = endedAt === undefined ? 'and fires still' : `until ${iso(endedAt)}`
  const traces = traceIds.length === 0 ? '' : `; traces ${formatTraces(traceIds)}`
  const what = trouble === undefined ? ` = ${formatNumber(value)}` : ` (${trouble})`
  return `${name} ${formatLabels(labels)}${what}, fired at ${iso(firedAt)} ${until}${traces}`
}

function formatTraces(traceIds: readonly string[]): string {
  const others = traceIds.length - SHOWN_TRACES
  return traceIds.slice(0, SHOWN_TRACES).join(' ') + (others > 0 ? ` and ${others} more` : '')
}

/** What a gate comes to, in a line that begins with `gate:`. */
export function describeVerdict(report: GateReport): string {
  const { verdict, reasons, sawTraces } = report
  const fired = countFired(report.rules)
  if (verdict === 'fired') return `gate: ${fired} ${fired === 1 ? 'alert' : 'alerts'} fired`
  if (verdict === 'nothing fired')
    return `gate: nothing fired${sawTraces ? '' : ', and there was no trace at all'}`
  const others = reasons.length - SHOWN_REASONS
  const shown = [...reasons.slice(0, SHOWN_REASONS), ...(others > 0 ? [`and ${others} reasons more`] : [])]
  return printable(`gate: no verdict: ${shown.join('; ')}`)
}

function countFired(rules: readonly RuleHistory[]): number {
  return rules.reduce((sum, { firings, uncounted }) => sum + firings.filter(isFinding).length + uncounted, 0)
}

function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}
