/** From `start` to `end`. Whether the end belongs to it is said where it is used. */
export interface NumberRange {
  readonly start: number
  readonly end: number
}

/**
 * Moments by the clock and the calendar of a place: those that lie in one of the ranges of every field that has any.
 * A field without ranges is no condition.
 */
export interface TimeIntervalPart {
  /** Minutes of the day, end excluded. */
  readonly times: readonly NumberRange[]
  /** From 0 for Sunday to 6, end included. */
  readonly weekdays: readonly NumberRange[]
  /** From 1; negative ones count from the end of the month, which is -1. End included. */
  readonly daysOfMonth: readonly NumberRange[]
  /** From 1 to 12, end included. */
  readonly months: readonly NumberRange[]
  /** End included. */
  readonly years: readonly NumberRange[]
  /** A name of the IANA database, such as `Europe/Berlin` or `UTC`. */
  readonly timeZone: string
}

/** A named set of moments: those that lie in any of its parts. */
export interface TimeInterval {
  readonly name: string
  readonly parts: readonly TimeIntervalPart[]
}
