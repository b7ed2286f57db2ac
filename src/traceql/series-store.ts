import { toTimestamp } from '../model/time.js'
import type { Frame } from './frame.js'
import type { Labeller } from './series-labels.js'
import type { Exemplar, SeriesLabels } from './series.js'

/** How much a metrics query may hold. */
export interface MetricsLimits {
  /** Numbers held: series times time buckets (times value buckets, for histograms and quantiles). */
  readonly maxCells: number
  /** Exemplars kept of each series. */
  readonly maxExemplars: number
}

export interface MetricsOptions extends MetricsLimits {
  /**
   * Which exemplars: those seen first, or, where something is measured, those with the greatest or the least value. Of
   * spans that are taken together the newest ones.
   */
  readonly exemplars: 'first' | 'greatest' | 'least'
  /**
   * `estimated`: `quantile_over_time` goes by powers of two, as Tempo's does, and may be twice too high. `exact`: every
   * value is kept, floats and those below 2 too.
   */
  readonly quantiles: 'estimated' | 'exact'
  /**
   * What becomes of a series in arithmetic whose partner is missing. `dropped`: it goes, as in Tempo. `zero`: where spans
   * are counted, a missing partner has counted none, so that a service without errors has an error rate of 0.
   */
  readonly absentCounts: 'dropped' | 'zero'
}

export const DEFAULT_METRICS_OPTIONS: MetricsOptions = {
  maxCells: 2_000_000,
  maxExemplars: 3,
  exemplars: 'first',
  quantiles: 'estimated',
  absentCounts: 'dropped',
}

/** What is left of the limits, shared by all parts of a query. */
export interface Budget {
  /** Takes this many cells; false, and the answer is cut, where they are not left. */
  takeCells(count: number): boolean
  isExceeded(): boolean
  readonly options: MetricsOptions
}

export function createBudget(options: MetricsOptions): Budget {
  let left = options.maxCells
  let isExceeded = false
  return {
    takeCells: (count) => {
      const fits = count <= left
      if (fits) left -= count
      else isExceeded = true
      return fits
    },
    isExceeded: () => isExceeded,
    options,
  }
}

/** One series while it is filled. */
export interface SeriesEntry<T> {
  readonly labels: SeriesLabels
  readonly state: T
  readonly exemplars: Exemplar[]
}

/** The series of one function, by what they are grouped by. */
export interface SeriesStore<T> {
  /** The entry of the frame's span; undefined where there is no room for another series. */
  entryOf(frame: Frame): SeriesEntry<T> | undefined
  entries(): readonly SeriesEntry<T>[]
  /** Notes the frame's span as an exemplar of what was counted, while there are few and none of its trace. */
  noteCounted(entry: SeriesEntry<T>, frame: Frame): void
  /** Notes it as one of what was measured, if it is to be kept. */
  noteMeasured(entry: SeriesEntry<T>, frame: Frame, value: number): void
  /** Notes those of spans that were taken together. */
  noteAlike(entry: SeriesEntry<T>, exemplars: readonly Exemplar[], isMeasured: boolean): void
}

/** A store whose series each start with a state of this many cells. */
export function createSeriesStore<T>(
  labeller: Labeller,
  budget: Budget,
  cells: number,
  createState: () => T,
): SeriesStore<T> {
  const byKey = new Map<unknown, SeriesEntry<T>>()
  const { maxExemplars, exemplars: preference } = budget.options
  return {
    entryOf: (frame) => {
      const key = labeller.keyOf(frame)
      const known = byKey.get(key)
      if (known !== undefined) return known
      if (!budget.takeCells(cells)) return undefined
      const entry = { labels: labeller.labelsOf(frame), state: createState(), exemplars: [] }
      byKey.set(key, entry)
      return entry
    },
    entries: () => [...byKey.values()],
    noteCounted: ({ exemplars }, frame) => {
      if (exemplars.length < maxExemplars) keepFirst(exemplars, toExemplar(frame, durationSeconds(frame)))
    },
    noteMeasured: ({ exemplars }, frame, value) => {
      if (preference === 'first') {
        if (exemplars.length < maxExemplars) keepFirst(exemplars, toExemplar(frame, value))
      } else if (exemplars.length < maxExemplars || comesBefore(preference, value, exemplars.at(-1))) {
        keepBest(exemplars, toExemplar(frame, value), preference, maxExemplars)
      }
    },
    noteAlike: ({ exemplars }, others, isMeasured) => {
      const wanted = isMeasured && preference !== 'first' ? preference : 'newest'
      for (const other of others) keepBest(exemplars, other, wanted, maxExemplars)
    },
  }
}

const NANOS_PER_SECOND = 1e9

function durationSeconds({ span }: Frame): number {
  return Number(span.endTimeUnixNano - span.startTimeUnixNano) / NANOS_PER_SECOND
}

function keepFirst(exemplars: Exemplar[], exemplar: Exemplar): void {
  if (exemplars.some(({ traceId }) => traceId === exemplar.traceId)) return
  exemplars.push(exemplar)
}

type Preference = 'greatest' | 'least' | 'newest'

function comesBefore(preference: Preference, value: number, other: Exemplar | undefined): boolean {
  if (other === undefined) return false
  if (preference === 'newest') return value > other.at
  return preference === 'greatest' ? value > other.value : value < other.value
}

/** They are in order, the one that is wanted most first, and each is of another trace. */
export function keepBest(
  exemplars: Exemplar[],
  exemplar: Exemplar,
  preference: Preference,
  maxExemplars: number,
): void {
  const value = preference === 'newest' ? exemplar.at : exemplar.value
  const isBefore = (other: Exemplar): boolean => comesBefore(preference, value, other)
  const same = exemplars.findIndex(({ traceId }) => traceId === exemplar.traceId)
  const known = exemplars[same]
  if (known !== undefined && !isBefore(known)) return
  if (known !== undefined) exemplars.splice(same, 1)
  const place = exemplars.findIndex(isBefore)
  exemplars.splice(place < 0 ? exemplars.length : place, 0, exemplar)
  if (exemplars.length > maxExemplars) exemplars.pop()
}

function toExemplar({ span }: Frame, value: number): Exemplar {
  return { traceId: span.traceId, spanId: span.spanId, at: toTimestamp(span.startTimeUnixNano), value }
}
