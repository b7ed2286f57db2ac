import type { MaintenanceSchedule, MaintenanceWindow } from '../model/maintenance-window.js'
import type { Muter } from '../model/muter.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import { compileMatchers } from './compile-matchers.js'
import { isInPart, isOnDays } from './time-intervals.js'
import { dayAway, toMoment } from './zoned-time.js'

const DAY_MS = 24 * 60 * MINUTE_MS

/** A window that is open now. */
interface Opening {
  /** Undefined where it is not known. */
  readonly endsAt: Timestamp | undefined
}

/** Mutes what a maintenance window that is open matches. Throws `InvalidMatcher`. */
export function createMaintenanceMuter(windows: readonly MaintenanceWindow[]): Muter {
  const compiled = windows.map((window) => ({ window, matches: compileMatchers(window.matchers) }))
  return (labels, at) => {
    for (const { window, matches } of compiled) {
      const opening = matches(labels) ? findOpening(window.schedule, at) : undefined
      if (opening !== undefined) {
        return { kind: 'maintenance', name: window.name, endsAt: opening.endsAt, comment: window.comment }
      }
    }
    return undefined
  }
}

/** Whether a window is open at a moment, and until when. */
export function findOpening(schedule: MaintenanceSchedule, at: Timestamp): Opening | undefined {
  switch (schedule.kind) {
    case 'once':
      return at >= schedule.from && at < schedule.to ? { endsAt: schedule.to } : undefined
    case 'intervals':
      return schedule.parts.some((part) => isInPart(part, at)) ? { endsAt: undefined } : undefined
    case 'recurring':
      return findRecurrence(schedule, at)
  }
}

/** A window that began on an earlier day may still be open; of several the one that ends last counts. */
function findRecurrence(
  { days, startMinute, durationMs }: Extract<MaintenanceSchedule, { readonly kind: 'recurring' }>,
  at: Timestamp,
): Opening | undefined {
  // Clocks that are set back make a day longer than 24 hours.
  const daysBack = Math.ceil(durationMs / DAY_MS) + 1
  for (let away = 0; away <= daysBack; away += 1) {
    const day = dayAway(days.timeZone, at, -away)
    if (!isOnDays(days, day)) continue
    const start = toMoment(days.timeZone, day, startMinute)
    if (at >= start && at < start + durationMs) return { endsAt: start + durationMs }
  }
  return undefined
}
