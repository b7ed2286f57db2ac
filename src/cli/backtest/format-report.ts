import type { Interval, Timestamp } from '../../model/time.js'
import type { BacktestReport } from '../../replay/backtest-report.js'
import type { Firing, RuleHistory } from '../../replay/firing-log.js'
import { formatNumber } from '../query/format-series.js'
import { formatDuration } from '../query/format-traces.js'
import { printable } from '../query/printable.js'
import { formatTable, type Column } from '../query/table.js'
import { findTimeProblems } from './find-problems.js'
import { formatDelivery } from './format-delivery.js'
import { formatLabels } from './format-labels.js'
import { summarizeHistory } from './summarize-history.js'
import { countFiring, formatAxis, formatTimeline } from './timeline.js'

/** More are in the JSON. */
const SHOWN_FIRINGS = 100
const SHOWN_TRACES = 1

/** A backtest as people read it. */
export function formatReport(report: BacktestReport, source: string): string {
  const period = { start: report.from, end: report.to }
  const length = formatDuration(report.to - report.from)
  const title = `${source}: ${iso(report.from)} to ${iso(report.to)} (${length}), ${describeSource(report)}`
  const firings = report.rules.flatMap((history) => history.firings.map((firing) => ({ history, firing })))
  const problems = report.file === undefined ? [] : findTimeProblems(report.file)
  const sections = [printable(title), ...problems, '', formatRules(report.rules, period)]
  if (firings.length > 0) sections.push(formatFirings(firings, report.to))
  if (report.delivery !== undefined) sections.push(formatDelivery(report.delivery))
  return sections.join('\n')
}

function describeSource({ file, lagMs = 0 }: BacktestReport): string {
  return file === undefined ? `windows end ${formatDuration(lagMs)} back` : `${file.spans} spans`
}

function ruleColumns(period: Interval): readonly Column[] {
  return [
    { title: 'RULE', maxWidth: 40 },
    { title: 'FIRED', align: 'right' },
    { title: 'PER DAY', align: 'right' },
    { title: 'FIRING FOR', align: 'right' },
    { title: formatAxis(period) },
  ]
}

function formatRules(histories: readonly RuleHistory[], period: Interval): string {
  const most = Math.max(1, ...histories.flatMap(({ firings }) => countFiring(firings, period)))
  return formatTable(
    ruleColumns(period),
    histories.map((history) => {
      const { fired, perDay, firingMs } = summarizeHistory(history, period)
      return [
        history.rule.alert,
        String(fired),
        formatNumber(perDay),
        firingMs === 0 ? '-' : formatDuration(firingMs),
        formatTimeline(history.firings, period, most),
      ]
    }),
  )
}

const FIRING_COLUMNS: readonly Column[] = [
  { title: 'FIRED AT' },
  { title: 'FOR', align: 'right' },
  { title: 'RULE', maxWidth: 40 },
  { title: 'LABELS', maxWidth: 60 },
  { title: 'VALUE', align: 'right' },
  { title: 'TRACES' },
]

interface Shown {
  readonly history: RuleHistory
  readonly firing: Firing
}

function formatFirings(firings: readonly Shown[], end: Timestamp): string {
  const inOrder = firings.toSorted((left, right) => left.firing.firedAt - right.firing.firedAt)
  const shown = inOrder.slice(0, SHOWN_FIRINGS)
  const [title = '', ...rows] = formatTable(
    FIRING_COLUMNS,
    shown.map((each) => toRow(each, end)),
  ).split('\n')
  const table = [title, ...rows.flatMap((row, index) => [row, ...formatReason(shown[index])])].join('\n')
  const others = inOrder.length - SHOWN_FIRINGS
  return others > 0 ? `${table}and ${others} more; --json shows all\n` : table
}

function toRow({ history, firing }: Shown, end: Timestamp): readonly string[] {
  return [
    iso(firing.firedAt),
    formatLength(firing, end),
    history.rule.alert,
    formatLabels(firing.labels),
    formatNumber(firing.value),
    formatTraces(firing.traceIds),
  ]
}

/** Why it fired, where that is no number. */
function formatReason(shown: Shown | undefined): readonly string[] {
  const summary = shown?.firing.annotations.get('summary')
  return shown?.history.rule.kind === 'anomaly' && summary !== undefined ? [`  ${printable(summary)}`] : []
}

/** Of one that still fires when the data end, how long it has for now. */
function formatLength({ firedAt, endedAt }: Firing, end: Timestamp): string {
  return endedAt === undefined ? `${formatDuration(end - firedAt)}+` : formatDuration(endedAt - firedAt)
}

function formatTraces(traceIds: readonly string[]): string {
  const others = traceIds.length - SHOWN_TRACES
  return [...traceIds.slice(0, SHOWN_TRACES), ...(others > 0 ? [`+${others}`] : [])].join(' ')
}

function iso(at: Timestamp): string {
  return new Date(at).toISOString().replace('.000Z', 'Z')
}
