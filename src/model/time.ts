/** A moment in Unix milliseconds. Span times, which need more, are nanoseconds in a `bigint`. */
export type Timestamp = number

/** A stretch of time in Unix milliseconds. Whether its ends belong to it is said where it is used. */
export interface Interval {
  readonly start: Timestamp
  readonly end: Timestamp
}

export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS

const NANOS_PER_MILLI = 1_000_000n

/** The Unix millisecond that holds this Unix nanosecond. */
export function toTimestamp(unixNano: bigint): Timestamp {
  return Number(unixNano / NANOS_PER_MILLI)
}

/** The first Unix nanosecond of this Unix millisecond. */
export function toUnixNano(timestamp: Timestamp): bigint {
  return BigInt(Math.trunc(timestamp)) * NANOS_PER_MILLI
}
