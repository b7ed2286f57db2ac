import { SourceError } from '../model/source-error.js'
import type { Timestamp } from '../model/time.js'
import type { TraceMatch } from '../model/trace-match.js'
import { QueryError } from './query-error.js'
import { decodeSearch } from '../source/tempo/decode-search.js'
import { readArray, readNumber, readObject, readText, type Json } from '../source/tempo/decode.js'

/** A trace in the answer to a search. */
export interface TraceRow extends TraceMatch {
  /** The spans that match, in all spansets; undefined where the source did not say. */
  readonly matchedSpans: number | undefined
  /** What the query groups by, works out, selects or names, as `key=value`: of its spansets, then of their spans. */
  readonly values: readonly string[]
}

/** A series in the answer to a metrics query. */
export interface SeriesRow {
  readonly labels: ReadonlyMap<string, string>
  /** In order of time; the one value of an instant query has no time. */
  readonly samples: readonly { readonly at: Timestamp | undefined; readonly value: number }[]
}

/** The traces in the body of an answer to a search, the newest first. Throws a `QueryError` where it is none. */
export function decodeTraceRows(body: unknown): readonly TraceRow[] {
  return asQueryError(() => {
    const traces = readArray(readObject(body, 'answer'), 'traces', 'answer')
    return decodeSearch(body)
      .map((match, index) => {
        const place = `traces[${index}]`
        const sets = readSets(traces[index], place)
        return { ...match, matchedSpans: countMatched(sets), values: readValues(sets) }
      })
      .toSorted((a, b) => (b.start ?? 0) - (a.start ?? 0))
  })
}

/** The series in the body of an answer to a metrics query of either kind. Throws a `QueryError` where it is none. */
export function decodeSeriesRows(body: unknown): readonly SeriesRow[] {
  return asQueryError(() =>
    readArray(readObject(body, 'answer'), 'series', 'answer').map((each, index) =>
      decodeSeriesRow(readObject(each, `series[${index}]`), `series[${index}]`),
    ),
  )
}

/** A spanset, and where it stands. */
interface PlacedSet {
  readonly set: Json
  readonly place: string
}

/** An older Tempo tells of one spanset only. */
function readSets(value: unknown, place: string): readonly PlacedSet[] {
  const trace = readObject(value, place)
  const sets = trace['spanSets'] === undefined ? [trace['spanSet']] : readArray(trace, 'spanSets', place)
  return sets
    .filter((set) => set !== undefined)
    .map((set, index) => {
      const where = `${place}.spanSets[${index}]`
      return { set: readObject(set, where), place: where }
    })
}

function countMatched(sets: readonly PlacedSet[]): number | undefined {
  if (sets.length === 0) return undefined
  return sets.reduce((sum, { set, place }) => sum + readNumber(set, 'matched', place), 0)
}

/** So many values of one trace are for people to read. */
const MOST_VALUES = 50

function readValues(sets: readonly PlacedSet[]): readonly string[] {
  const values = new Set<string>()
  for (const { set, place } of sets) for (const value of readAttributes(set, place)) values.add(value)
  for (const { set, place } of sets) {
    for (const [index, span] of readArray(set, 'spans', place).entries()) {
      if (values.size >= MOST_VALUES) return [...values]
      const where = `${place}.spans[${index}]`
      for (const value of readAttributes(readObject(span, where), where)) values.add(value)
    }
  }
  return [...values]
}

function readAttributes(owner: Json, place: string): readonly string[] {
  const attributes = readArray(owner, 'attributes', place)
  return Array.from(decodePairs(attributes, `${place}.attributes`), ([key, value]) => `${key}=${value}`)
}

function decodeSeriesRow(series: Json, place: string): SeriesRow {
  const labels = decodeLabels(series, place)
  if (series['samples'] === undefined)
    return { labels, samples: [{ at: undefined, value: readValue(series, place) }] }
  const samples = readArray(series, 'samples', place).map((each, index) => {
    const where = `${place}.samples[${index}]`
    const sample = readObject(each, where)
    return { at: readNumber(sample, 'timestampMs', where), value: readValue(sample, where) }
  })
  return { labels, samples }
}

/** JSON has no numbers that are not finite: they are words. */
function readValue(object: Json, place: string): number {
  const word = NOT_FINITE.find((each) => String(each) === object['value'])
  return word ?? readNumber(object, 'value', place)
}

const NOT_FINITE = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

function decodeLabels(series: Json, place: string): ReadonlyMap<string, string> {
  return decodePairs(readArray(series, 'labels', place), `${place}.labels`)
}

function decodePairs(pairs: readonly unknown[], place: string): ReadonlyMap<string, string> {
  return new Map(
    pairs.map((each, index) => {
      const where = `${place}[${index}]`
      const pair = readObject(each, where)
      return [readText(pair, 'key', where) ?? '', decodeLabel(pair['value'])]
    }),
  )
}

/** A value comes as one of `stringValue`, `intValue`, `doubleValue`, `boolValue`. */
function decodeLabel(value: unknown): string {
  const [first] = typeof value === 'object' && value !== null ? Object.values(value) : []
  return typeof first === 'object' ? JSON.stringify(first) : String(first ?? '')
}

function asQueryError<T>(decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (error instanceof SourceError) throw new QueryError('source', error.message, { cause: error })
    throw error
  }
}
