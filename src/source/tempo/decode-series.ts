import type { Series, TraceExemplar } from '../../model/question.js'
import type { Interval } from '../../model/time.js'
import { parseTraceId } from '../../model/trace-id.js'
import { readArray, readNumber, readObject, readText, wrongType, type Json } from './decode.js'

export interface DecodedSeries {
  readonly series: readonly Series[]
  /** Tempo cut the answer at its limit of series; the values are wrong too, then. */
  readonly partial: boolean
}

/**
 * The series in the body of an answer to `/api/metrics/query_range`, with the samples of `window` (start excluded) and
 * no others: Tempo answers one step more on the left. Throws `SourceError` where the body is not such an answer.
 */
export function decodeSeries(body: unknown, window: Interval): DecodedSeries {
  const answer = readObject(body, 'answer')
  if (!('series' in answer) && !('metrics' in answer)) throw wrongType(answer, 'answer', 'an answer of Tempo')
  const series = readArray(answer, 'series', 'answer').map((each, index) =>
    decodeOne(readObject(each, `series[${index}]`), `series[${index}]`, window),
  )
  return { series, partial: readText(answer, 'status', 'answer') === 'PARTIAL' }
}

function decodeOne(series: Json, place: string, window: Interval): Series {
  const samples = readArray(series, 'samples', place)
    .map((each, index) => decodeSample(each, `${place}.samples[${index}]`))
    .filter(({ at }) => at > window.start && at <= window.end)
  const exemplars = readArray(series, 'exemplars', place)
    .flatMap((each, index) => decodeExemplar(each, `${place}.exemplars[${index}]`))
    .filter(({ at }) => at > window.start && at <= window.end)
  return { labels: decodeLabels(series, place), samples, ...(exemplars.length > 0 && { exemplars }) }
}

function decodeExemplar(value: unknown, place: string): TraceExemplar[] {
  const exemplar = readObject(value, place)
  const traceId = parseTraceId(decodeLabels(exemplar, place).get('trace:id') ?? '')
  const at = readNumber(exemplar, 'timestampMs', place)
  return traceId === undefined ? [] : [{ traceId, at, value: readNumber(exemplar, 'value', place) }]
}

function decodeSample(value: unknown, place: string): Series['samples'][number] {
  const sample = readObject(value, place)
  return { at: readNumber(sample, 'timestampMs', place), value: readNumber(sample, 'value', place) }
}

function decodeLabels(series: Json, place: string): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  for (const [index, each] of readArray(series, 'labels', place).entries()) {
    const label = readObject(each, `${place}.labels[${index}]`)
    labels.set(readText(label, 'key', place) ?? '', decodeLabelValue(label['value']))
  }
  return labels
}

/** A label's value as text; it comes as one of `stringValue`, `intValue`, `doubleValue`, `boolValue`. */
function decodeLabelValue(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  const [first] = Object.values(value)
  return typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean'
    ? String(first)
    : ''
}
