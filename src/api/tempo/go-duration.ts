const UNIT_NANOS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}
const PARTS = /(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/y
const LONGEST_TEXT = 64

/** The milliseconds in a Go duration such as `1m30s` or `250ms`. Throws an `Error` in Go's words for other texts. */
export function parseGoDuration(text: string): number {
  let nanos = 0
  PARTS.lastIndex = 0
  while (PARTS.lastIndex < text.length && text.length <= LONGEST_TEXT) {
    const at = PARTS.lastIndex
    const [, amount, unit] = PARTS.exec(text) ?? []
    if (amount === undefined || unit === undefined) throw new Error(describe(text, at))
    nanos += Number(amount) * (UNIT_NANOS[unit] ?? 0)
  }
  if (text === '' || text.length > LONGEST_TEXT) throw new Error(describe(text, 0))
  return nanos / 1e6
}

function describe(text: string, at: number): string {
  const quoted = JSON.stringify(text.slice(0, LONGEST_TEXT))
  return /^[\d.]*\d[\d.]*$/.test(text.slice(at))
    ? `time: missing unit in duration ${quoted}`
    : `time: invalid duration ${quoted}`
}

const NANOS_PER_MILLI = 1e6
const NANOS_PER_SECOND = 1e9

/** The text that Go makes of a duration, such as `1m30s`, `6ms` or `1.5µs`. */
export function formatGoDuration(durationMs: number): string {
  const nanos = Math.round(durationMs * NANOS_PER_MILLI)
  if (nanos === 0) return '0s'
  if (Math.abs(nanos) < 1e3) return `${nanos}ns`
  if (Math.abs(nanos) < NANOS_PER_MILLI) return `${nanos / 1e3}µs`
  if (Math.abs(nanos) < NANOS_PER_SECOND) return `${nanos / NANOS_PER_MILLI}ms`
  const sign = nanos < 0 ? '-' : ''
  const seconds = Math.abs(nanos) / NANOS_PER_SECOND
  const minutes = Math.floor(seconds / 60)
  const rest = `${Number((seconds - minutes * 60).toFixed(9))}s`
  if (minutes === 0) return sign + rest
  return minutes < 60
    ? `${sign}${minutes}m${rest}`
    : `${sign}${Math.floor(minutes / 60)}h${minutes % 60}m${rest}`
}
