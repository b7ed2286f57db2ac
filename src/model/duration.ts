import { MINUTE_MS, SECOND_MS } from './time.js'

const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const UNITS_MS = [365 * DAY_MS, 7 * DAY_MS, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, 1]

/** A duration as Prometheus writes it: `1h30m`, `15s`, `500ms`, `0`. */
export const DURATION =
  /^(?:0|(?=\d)(?:(\d{1,4})y)?(?:(\d{1,5})w)?(?:(\d{1,6})d)?(?:(\d{1,7})h)?(?:(\d{1,9})m)?(?:(\d{1,11})s)?(?:(\d{1,14})ms)?)$/

/** The milliseconds of a duration as Prometheus writes it; undefined for any other text. */
export function parseDurationMs(text: string): number | undefined {
  const match = DURATION.exec(text)
  if (match === null) return undefined
  return UNITS_MS.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit, 0)
}

const SHOWN_UNITS = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['m', MINUTE_MS],
  ['s', SECOND_MS],
  ['ms', 1],
] as const

/** The duration in the same form, in its largest units: `1h30m`, `0s`. */
export function formatDurationMs(ms: number): string {
  let rest = ms
  const parts = SHOWN_UNITS.map(([unit, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count === 0 ? '' : `${count}${unit}`
  })
  return parts.join('') || '0s'
}
