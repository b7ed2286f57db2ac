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

export const DEFAULT_METRICS_LIMITS: MetricsLimits = { maxCells: 2_000_000, maxExemplars: 3 }

/** What is left of the limits, shared by all parts of a query. */
export interface Budget {
  /** Takes this many cells; false, and the answer is cut, where they are not left. */
  takeCells(count: number): boolean
  isExceeded(): boolean
  readonly maxExemplars: number
}

export function createBudget({ maxCells, maxExemplars }: MetricsLimits): Budget {
  let left = maxCells
  let isExceeded = false
  return {
    takeCells: (count) => {
      const fits = count <= left
      if (fits) left -= count
      else isExceeded = true
      return fits
    },
    isExceeded: () => isExceeded,
    maxExemplars,
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
  /** Notes the frame's span as an exemplar, while there are few and none of its trace. */
  noteExemplar(entry: SeriesEntry<T>, frame: Frame, value: number): void
}

/** A store whose series each start with a state of this many cells. */
export function createSeriesStore<T>(
  labeller: Labeller,
  budget: Budget,
  cells: number,
  createState: () => T,
): SeriesStore<T> {
  const byKey = new Map<string, SeriesEntry<T>>()
  return {
    entryOf: (frame) => {
      const values = labeller.read(frame)
      const key = labeller.keyOf(values)
      const known = byKey.get(key)
      if (known !== undefined) return known
      if (!budget.takeCells(cells)) return undefined
      const entry = { labels: labeller.labelsOf(values), state: createState(), exemplars: [] }
      byKey.set(key, entry)
      return entry
    },
    entries: () => [...byKey.values()],
    noteExemplar: ({ exemplars }, { span }, value) => {
      if (exemplars.length >= budget.maxExemplars) return
      if (exemplars.some(({ traceId }) => traceId === span.traceId)) return
      exemplars.push({
        traceId: span.traceId,
        spanId: span.spanId,
        at: toTimestamp(span.startTimeUnixNano),
        value,
      })
    },
  }
}
