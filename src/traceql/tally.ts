import type { Span } from '../model/span.js'
import type { Frame } from './frame.js'
import type { BucketedSeries, Exemplar } from './series.js'

/** Spans that differ in nothing that a query looks at but how long they take. */
export interface AlikeSpans {
  /** Any of them. */
  readonly span: Span
  readonly count: number
  /** In nanoseconds, in no order; empty where nobody asks for durations. */
  readonly durations: Float64Array
  /** Those that may become exemplars. */
  readonly exemplars: readonly Exemplar[]
}

/** What must be known of spans that are alike to take them together: `undefined` where each must be taken by itself. */
export type Together = 'count' | 'durations' | undefined

/** Collects spans into series, one by one. */
export interface Tally {
  /** Takes the frame's span into this time bucket. */
  observe(bucket: number, frame: Frame): void
  /** Takes spans that are alike into this time bucket; the frame is that of any of them. */
  observeAlike(bucket: number, frame: Frame, alike: AlikeSpans): void
  /** The series so far; more spans may follow. */
  series(): readonly BucketedSeries[]
  /** The series where traces were there and no span was taken: spans that are counted together have been counted, to 0. */
  emptySeries(): readonly BucketedSeries[]
}
