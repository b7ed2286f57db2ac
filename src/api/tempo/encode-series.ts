import type { AttributeValue } from '../../model/attributes.js'
import type { Exemplar, MetricSeries, SeriesLabels } from '../../traceql/index.js'
import { encodeAttributes } from './encode-value.js'
import { trimZeros } from '../../model/trace-id.js'

interface RangeOptions {
  /** How many exemplars may be shown, of all series together. */
  readonly maxExemplars: number
  /** An exemplar has the value that was measured on its span; else it has that of the sample it is in. */
  readonly measures: boolean
}

/** Series over time, in the order of their labels. A value of 0 is absent, as in Tempo's answers. */
export function encodeRangeSeries(
  series: readonly MetricSeries[],
  { maxExemplars, measures }: RangeOptions,
): readonly unknown[] {
  const share = Math.max(1, Math.floor(maxExemplars / Math.max(1, series.length)))
  let left = maxExemplars
  return sortByLabels(series).map((one) => {
    const shown = one.exemplars.slice(0, Math.min(share, left))
    left -= shown.length
    return {
      labels: encodeAttributes(one.labels),
      samples: one.samples.map(({ at, value }) => ({ timestampMs: String(at), value: encodeNumber(value) })),
      exemplars:
        shown.length === 0 ? undefined : shown.map((exemplar) => encodeExemplar(exemplar, one, measures)),
    }
  })
}

/** Series of one value each, in the order of their labels. */
export function encodeInstantSeries(series: readonly MetricSeries[]): readonly unknown[] {
  return sortByLabels(series).flatMap(({ labels, samples }) => {
    const value = samples[0]?.value
    return value === undefined ? [] : [{ labels: encodeAttributes(labels), value: encodeNumber(value) }]
  })
}

function encodeExemplar(
  { traceId, at, value }: Exemplar,
  { labels, samples }: MetricSeries,
  measures: boolean,
) {
  const own = new Map<string, AttributeValue>([...labels].filter(([name]) => !MADE_LABELS.has(name)))
  const shown = measures ? value : (samples.find((sample) => sample.at >= at)?.value ?? 0)
  return {
    labels: encodeAttributes(own.set('trace:id', trimZeros(traceId))),
    value: encodeNumber(shown),
    timestampMs: String(at),
  }
}

/** Labels that are no values of spans. */
const MADE_LABELS: ReadonlySet<string> = new Set(['__name__', '__bucket', '__meta_type', 'p'])

/** JSON has no numbers that are not finite; protobuf writes them as words. */
function encodeNumber(value: number): number | string | undefined {
  if (value === 0) return undefined
  return Number.isFinite(value) ? value : String(value)
}

function sortByLabels(series: readonly MetricSeries[]): readonly MetricSeries[] {
  return series
    .map((one) => ({ one, text: labelText(one.labels) }))
    .sort((a, b) => compareLabelTexts(a.text, b.text))
    .map(({ one }) => one)
}

function compareLabelTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function labelText(labels: SeriesLabels): string {
  let text = ''
  for (const [name, value] of labels) text += `${name}=${String(value)},`
  return text
}
