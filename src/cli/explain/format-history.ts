import { SourceError } from '../../model/source-error.js'
import { formatDurationMs } from '../../config/duration.js'
import type { AlertState } from '../../model/alert.js'
import type { AlertInstance } from '../../model/alert-instance.js'
import type { Explanation, PlayedEvaluation } from '../../replay/explain/explanation.js'
import { conditionOf } from '../../replay/explain/condition.js'
import { formatTable, type Column } from '../query/table.js'
import { describeState } from './describe-state.js'
import { orderSamples } from './order-samples.js'
import { section, wrap } from './section.js'
import { count, describeLabels, describeTime, describeValue } from './words.js'

/** More are in the JSON. */
const SHOWN_EVALUATIONS = 10
const SHOWN_ALERTS = 10

/** The evaluations before, played through the life cycle, and where that leaves each alert. */
export function formatHistory(explanation: Explanation): string {
  const { evaluations } = explanation.history
  const shown = evaluations.slice(-SHOWN_EVALUATIONS)
  const earlier = evaluations.length - shown.length
  const table = formatTable(
    COLUMNS,
    shown.map((evaluation) => toRow(evaluation, explanation)),
  )
  return section(`STATE  after ${count(evaluations.length, 'evaluation')}, every ${interval(explanation)}`, [
    ...(earlier > 0 ? [`(${earlier} before these)`] : []),
    ...table.trimEnd().split('\n'),
    '',
    ...formatAlerts(explanation),
    ...(isUncertain(explanation) ? wrap(UNCERTAIN) : []),
  ])
}

function interval({ group }: Explanation): string {
  return formatDurationMs(group.intervalMs)
}

const UNCERTAIN =
  'The state is not certain: `for` and `keep_firing_for` reach further back than the evaluations that were looked at.'

/** Whether what came before the evaluations may still matter. */
export function isUncertain({ history: { evaluations, beginsQuiet }, rule }: Explanation): boolean {
  const [first, last] = [evaluations[0]?.at ?? 0, evaluations.at(-1)?.at ?? 0]
  return !beginsQuiet && last - first < rule.forMs + rule.keepFiringForMs
}

const COLUMNS: readonly Column[] = [
  { title: 'AT' },
  { title: 'CAME TO' },
  { title: 'HOLD', align: 'right' },
  { title: 'BEST', align: 'right' },
  { title: 'PENDING', align: 'right' },
  { title: 'FIRING', align: 'right' },
]

function toRow({ at, measured, status }: PlayedEvaluation, explanation: Explanation): readonly string[] {
  const states = (state: AlertState): string =>
    String([...status.alerts.values()].filter((each) => each.state === state).length)
  return [
    describeTime(at, explanation.at),
    status.verdict ?? '?',
    ...(measured instanceof SourceError ? ['-', '-'] : describeBest(measured.samples, explanation)),
    states('pending'),
    states('firing'),
  ]
}

function describeBest(
  samples: Exclude<PlayedEvaluation['measured'], Error>['samples'],
  { rule }: Explanation,
): readonly [holding: string, best: string] {
  const [best] = orderSamples(rule, samples)
  const unit = conditionOf(rule)?.unit ?? 'none'
  const holding = samples.filter(({ holds }) => holds).length
  return [String(holding), best === undefined ? '-' : describeValue(best.value, unit)]
}

const STATE_ORDER: Readonly<Record<AlertState, number>> = { firing: 0, pending: 1, inactive: 2 }

function formatAlerts(explanation: Explanation): readonly string[] {
  const status = explanation.history.evaluations.at(-1)?.status
  const alerts = [...(status?.alerts.values() ?? [])].toSorted(
    (a, b) => STATE_ORDER[a.state] - STATE_ORDER[b.state],
  )
  if (alerts.length === 0) return ['inactive: no alert is pending or fires']
  const more = alerts.length - SHOWN_ALERTS
  return [
    ...alerts.slice(0, SHOWN_ALERTS).flatMap((alert) => formatAlert(alert, explanation)),
    ...(more > 0 ? [`and ${more} more`] : []),
  ]
}

function formatAlert(alert: AlertInstance, explanation: Explanation): readonly string[] {
  const labels = describeLabels(alert.labels) ?? 'the alert'
  return [...wrap(labels, 2), `  ${describeState(alert, explanation)}`]
}
