import type { Timestamp } from '../../model/time.js'

const RFC3339 = /^(\d{4}-\d\d-\d\d)(?:[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d))?$/

/** Reads a moment in RFC 3339, or a day, which begins in UTC; undefined for any other text. Finer than milliseconds is cut. */
export function parseTime(text: string): Timestamp | undefined {
  const day = RFC3339.exec(text)?.[1]
  const at = day === undefined ? Number.NaN : Date.parse(text.toUpperCase())
  return Number.isFinite(at) && day !== undefined && isDay(day) ? at : undefined
}

/** The 31st of February is read as the 3rd of March otherwise. */
function isDay(day: string): boolean {
  return new Date(Date.parse(day)).toISOString().startsWith(day)
}
