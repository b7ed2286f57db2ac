import type { Frame } from './frame.js'
import type { BucketedSeries } from './series.js'

/** Collects spans into series, one by one. */
export interface Tally {
  /** Takes the frame's span into this time bucket. */
  observe(bucket: number, frame: Frame): void
  /** The series so far; more spans may follow. */
  series(): readonly BucketedSeries[]
  /** The series where traces were there and no span was taken: spans that are counted together have been counted, to 0. */
  emptySeries(): readonly BucketedSeries[]
}
