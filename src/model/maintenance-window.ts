import type { Matcher } from './matcher.js'
import type { Timestamp } from './time.js'
import type { TimeIntervalPart } from './time-interval.js'

/** When a maintenance window is open. */
export type MaintenanceSchedule =
  /** Once; the end is excluded. */
  | { readonly kind: 'once'; readonly from: Timestamp; readonly to: Timestamp }
  /** Whenever a moment lies in one of these. */
  | { readonly kind: 'intervals'; readonly parts: readonly TimeIntervalPart[] }
  /** On every day that `days` holds, from a time of that day on and for so long, also past midnight. */
  | {
      readonly kind: 'recurring'
      /** Its `times` are empty. */
      readonly days: TimeIntervalPart
      /** Minute of the day, by the clock of the place. */
      readonly startMinute: number
      readonly durationMs: number
    }

/** Planned work, during which nobody is told of what it is expected to cause. */
export interface MaintenanceWindow {
  readonly name: string
  /** All of them must hold; without any, everything is muted. */
  readonly matchers: readonly Matcher[]
  readonly schedule: MaintenanceSchedule
  readonly comment: string
}
