import type { AlertingRule } from '../../model/alerting-rule.js'
import type { RuleMeasure, Sample } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import type { Timestamp } from '../../model/time.js'
import type { TraceMatch } from '../../model/trace-match.js'
import { conditionOf } from '../../replay/explain/condition.js'
import type { Explanation } from '../../replay/explain/explanation.js'
import { formatDuration } from '../query/format-traces.js'
import { printable } from '../query/printable.js'
import { formatTable, type Column } from '../query/table.js'
import { isEstimate } from './is-estimate.js'
import { orderSamples } from './order-samples.js'
import { section, wrap } from './section.js'
import { count, describeCondition, describeLabels, describeTime, describeValue } from './words.js'

/** More are in the JSON. */
const SHOWN_SAMPLES = 10
/** Of the first samples; others only say how many traces they show. */
const SAMPLES_WITH_TRACES = 3
const SHOWN_TRACES = 3

/** What the evaluation measured: each sample, whether its condition holds, and traces that show it. */
export function formatMeasure({ rule, history, at, plan }: Explanation): string {
  const measured = history.evaluations.at(-1)?.measured
  if (measured === undefined) return section('MEASURED', ['nothing'])
  if (measured instanceof SourceError) return section('MEASURED', describeError(measured))
  return section('MEASURED', [
    describeMeasure(rule, measured),
    ...(isEstimate({ plan }) ? wrap(ESTIMATE) : []),
    ...(rule.kind === 'anomaly'
      ? formatFindings(measured.samples, at)
      : formatSamples(rule, measured.samples, at)),
  ])
}

const ESTIMATE =
  'The values are rough, as the source knows quantiles by powers of two; whether they meet the condition is exact.'

/** In the words of the source, and with what can be done about it. */
function describeError({ message, detail, hint }: SourceError): readonly string[] {
  return [`nothing: ${message}`, detail, hint].flatMap((text) => (text === undefined ? [] : wrap(text)))
}

function describeMeasure(
  rule: AlertingRule,
  { samples, completeness, hasData, lateTraces }: RuleMeasure,
): string {
  const seen =
    completeness === 'complete' ? 'all traces of the window were seen' : 'only a part of the traces was seen'
  const late =
    lateTraces === undefined ? '' : `, ${count(lateTraces, 'trace')} of an earlier window that came late`
  if (!hasData)
    return `the window holds no trace at all${completeness === 'complete' ? '' : ', as far as was seen'}`
  return `${seen}; ${describeSamples(rule, samples)}${late}`
}

function describeSamples(rule: AlertingRule, samples: readonly Sample[]): string {
  if (samples.length === 0) return NO_SAMPLE[rule.kind]
  if (rule.kind === 'anomaly') return count(samples.length, 'finding')
  const holding = samples.filter(({ holds }) => holds).length
  const all =
    rule.kind === 'match' ? count(samples.length, 'instance') : count(samples.length, 'series', 'series')
  if (samples.length === 1) return `${all}, which ${holding === 1 ? 'meets' : 'does not meet'} the condition`
  return `${all}, of which ${describeHolding(holding)} the condition`
}

const NO_SAMPLE: Readonly<Record<AlertingRule['kind'], string>> = {
  match: 'no trace matches',
  metric: 'there is no series',
  anomaly: 'nothing is unlike normal',
}

function describeHolding(holding: number): string {
  return holding === 0 ? 'none meets' : holding === 1 ? '1 meets' : `${holding} meet`
}

function formatSamples(rule: AlertingRule, samples: readonly Sample[], at: Timestamp): readonly string[] {
  if (samples.length === 0) return []
  const shown = orderSamples(rule, samples).slice(0, SHOWN_SAMPLES)
  const [title = '', ...rows] = formatTable(
    columnsFor(rule),
    shown.map((sample) => toRow(rule, sample)),
  )
    .trimEnd()
    .split('\n')
  const more = samples.length - shown.length
  return [
    '',
    title,
    ...rows.flatMap((row, index) => [row, ...formatTraces(rule, shown[index], index, at)]),
    ...(more > 0 ? [`and ${more} more, all in the JSON`] : []),
  ]
}

/** What was found, why, and the newest traces that show it. */
function formatFindings(samples: readonly Sample[], at: Timestamp): readonly string[] {
  return samples.slice(0, SHOWN_SAMPLES).flatMap(({ finding, exemplars }) => {
    if (finding === undefined) return []
    const { service, operation, signal, sentence, evidence, candidates } = finding
    return [
      '',
      ...wrap(printable(`${signal} of ${service}, ${operation}: ${sentence}`)),
      ...evidence.flatMap((each) => wrap(printable(each), 2)),
      ...wrap(printable(`most likely to blame: ${candidates.join(', ')}`), 2),
      ...exemplars.slice(0, SHOWN_TRACES).map((trace) => `       ${formatTrace(trace, at)}`),
    ]
  })
}

function columnsFor(rule: AlertingRule): readonly Column[] {
  const condition = conditionOf(rule)
  const wanted = condition === undefined ? 'VALUE' : `VALUE ${describeCondition(condition, condition.unit)}`
  return [{ title: 'HOLDS' }, { title: wanted, align: 'right' }, { title: 'LABELS', maxWidth: 160 }]
}

function toRow(rule: AlertingRule, { holds, value, labels }: Sample): readonly string[] {
  const unit = conditionOf(rule)?.unit ?? 'none'
  return [holds ? 'yes' : 'no', describeValue(value, unit), describeLabels(labels) ?? '(no labels)']
}

/** The value of a match rule counts its traces, of which only a few are told. */
function formatTraces(
  rule: AlertingRule,
  sample: Sample | undefined,
  index: number,
  at: Timestamp,
): readonly string[] {
  if (sample === undefined || sample.exemplars.length === 0 || index >= SAMPLES_WITH_TRACES) return []
  const shown = orderTraces(rule, sample.exemplars).slice(0, SHOWN_TRACES)
  const more = (rule.kind === 'match' ? sample.value : sample.exemplars.length) - shown.length
  return [
    ...shown.map((trace) => `       ${formatTrace(trace, at)}`),
    ...(more > 0 ? [`       and ${more} more`] : []),
  ]
}

/** The longest first where a duration is too long, else the newest, which they are. */
function orderTraces(rule: AlertingRule, traces: Sample['exemplars']): Sample['exemplars'] {
  const condition = conditionOf(rule)
  const isTooLong = condition?.unit === 'seconds' && condition.comparison.startsWith('>')
  return isTooLong ? traces.toSorted((left, right) => right.durationMs - left.durationMs) : traces
}

function formatTrace(
  { traceId, start, durationMs, rootServiceName, rootSpanName }: TraceMatch,
  at: Timestamp,
): string {
  const when = start === undefined ? '?' : describeTime(start, at)
  const what = [rootServiceName ?? '?', rootSpanName ?? '?'].map(printable).join(' ')
  return `${traceId}  ${when}  ${formatDuration(durationMs)}  ${what}`
}
