import type { Timestamp } from '../model/time.js'
import type { TraceId } from '../model/trace-id.js'
import { orderTexts } from './compare.js'

/** The value of a label, with its type. A missing value is the text `nil`, a duration a text such as `1.5ms`. */
export type LabelValue = string | bigint | number | boolean
export type SeriesLabels = ReadonlyMap<string, LabelValue>

/** The label that holds the function's name where a series has no other. */
export const NAME_LABEL = '__name__'

/** A span that shows what a sample is about. */
export interface Exemplar {
  readonly traceId: TraceId
  readonly spanId: string
  readonly at: Timestamp
  /** What was measured on the span; its duration in seconds where spans were only counted. */
  readonly value: number
}

/** A series while it is worked on: a value for each time bucket, NaN where there is none. */
export interface BucketedSeries {
  readonly labels: SeriesLabels
  readonly values: Float64Array
  readonly exemplars: readonly Exemplar[]
}

/** Whether the series has a value anywhere. */
export function hasValues({ values }: BucketedSeries): boolean {
  return values.some((value) => !Number.isNaN(value))
}

/** A text that two series share only if they have the same labels. */
export function labelsKey(labels: SeriesLabels): string {
  return [...labels]
    .map(([name, value]) => JSON.stringify([name, typeof value, String(value)]))
    .sort(orderTexts)
    .join()
}
