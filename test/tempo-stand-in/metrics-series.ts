import type { CountedSeries, MetricsRequest } from './metrics-count.js'
import type { MetricsWindow } from './metrics-window.js'
import type { StoredSpan } from './stored-span.js'
import { type MetricsStage, stripZeros } from './traceql.js'

/** A series in the answer to a range query: a sample for each step, stamped with its end. */
export function rangeSeries(series: CountedSeries, request: MetricsRequest): unknown {
  const { startNano, endNano, stepNano } = request.window
  const counts = new Map<bigint, number>()
  for (const span of series.spans) {
    const at = sampleOf(span, request.window)
    counts.set(at, (counts.get(at) ?? 0) + 1)
  }
  const samples: unknown[] = []
  for (let at = startNano + stepNano; at <= endNano; at += stepNano) {
    const value = measure(counts.get(at) ?? 0, request)
    samples.push({ timestampMs: String(at / 1_000_000n), ...(value > 0 && { value }) })
  }
  const exemplars = exemplarsOf(series, counts, request)
  return {
    labels: labelsOf(series.label, request.stage),
    samples,
    ...(exemplars.length > 0 && { exemplars }),
  }
}

function sampleOf(span: StoredSpan, { startNano, stepNano }: MetricsWindow): bigint {
  return startNano + ((span.startNano - startNano + stepNano - 1n) / stepNano) * stepNano
}

function exemplarsOf(
  { label, spans }: CountedSeries,
  counts: ReadonlyMap<bigint, number>,
  { stage, window, exemplars }: MetricsRequest,
): readonly unknown[] {
  const inside = spans.filter((span) => span.startNano > window.startNano)
  const firsts = new Map(inside.toReversed().map((span) => [span.traceId, span]))
  return [...firsts.values()].slice(0, exemplars).map((span) => ({
    labels: [
      { key: 'trace:id', value: { stringValue: stripZeros(span.traceId) } },
      ...(stage.by && stage.by.label !== 'trace:id' ? labelsOf(label, stage) : []),
    ],
    value: counts.get(sampleOf(span, window)) ?? 0,
    timestampMs: String(span.startNano / 1_000_000n),
  }))
}

/** A series in the answer to an instant query. */
export function instantSeries({ label, spans }: CountedSeries, request: MetricsRequest): unknown {
  const value = measure(spans.length, request)
  return { labels: labelsOf(label, request.stage), ...(value > 0 && { value }) }
}

function labelsOf(label: string, { name, by }: MetricsStage): readonly unknown[] {
  if (!by) return [{ key: '__name__', value: { stringValue: name } }]
  return [{ key: by.label, value: { stringValue: label } }]
}

function measure(spans: number, { stage, window }: MetricsRequest): number {
  return stage.name === 'rate' ? spans / (Number(window.stepNano) / 1e9) : spans
}
