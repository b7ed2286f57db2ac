/** What Go's parsers make of a text: the value, or the error as they word it. */
export type Parsed<T> = { readonly value: T } | { readonly error: string }

const UINT32_MAX = 4_294_967_295n
const INT64_MAX = 2 ** 63

/** Reads an unsigned 32-bit integer as Tempo's search parameters are read. */
export function parseUint32(text: string): Parsed<number> {
  const failed = (reason: string) => ({ error: `strconv.ParseUint: parsing "${text}": ${reason}` })
  if (!/^\d+$/.test(text)) return failed('invalid syntax')
  const value = BigInt(text)
  return value > UINT32_MAX ? failed('value out of range') : { value: Number(value) }
}

/** Reads a time of the metrics API, in nanoseconds: seconds up to 10 digits, a fraction, RFC 3339, else nanoseconds. */
export function parseMetricsTime(text: string): Parsed<bigint> {
  if (/^-?\d{1,12}\.\d{1,12}$/.test(text))
    return { value: BigInt(Math.round(Number(text) * 1000)) * 1_000_000n }
  if (/^-?\d{1,19}$/.test(text))
    return { value: text.length <= 10 ? BigInt(text) * 1_000_000_000n : BigInt(text) }
  const ms = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(ms)) return { value: BigInt(ms) * 1_000_000n }
  return { error: `strconv.ParseInt: parsing "${text}": invalid syntax` }
}

const NANOS = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
  ['d', 86_400e9],
])

/** Reads the `step` of a range query, in nanoseconds: seconds, or a duration of Go such as `1m30s`. */
export function parseStep(text: string): Parsed<bigint> {
  const seconds = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) * 1e9 : undefined
  const nanos = seconds ?? durationNanos(text, /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/gy)
  if (nanos === undefined) return { error: `cannot parse "${text}" to a valid duration` }
  if (Math.abs(nanos) > INT64_MAX) {
    return { error: `cannot parse "${text}" to a valid duration. It overflows int64` }
  }
  if (nanos < 0) return { error: `cannot parse "${text}": step must be positive` }
  return { value: BigInt(Math.round(nanos)) }
}

/** Reads `since`, in nanoseconds: a duration of Prometheus, such as `1m` or `1h30m`. */
export function parseSince(text: string): Parsed<bigint> {
  const nanos = durationNanos(text, /(\d+)(ms|s|m|h|d)/gy)
  if (nanos === undefined || nanos > INT64_MAX) {
    return { error: `could not parse 'since' parameter: not a valid duration string: "${text}"` }
  }
  return { value: BigInt(Math.round(nanos)) }
}

function durationNanos(text: string, term: RegExp): number | undefined {
  const terms = [...text.matchAll(term)]
  if (terms.length === 0 || terms.map(([whole]) => whole).join('') !== text) return undefined
  return terms.reduce((sum, [, count, unit]) => sum + Number(count) * (NANOS.get(unit ?? '') ?? 0), 0)
}

/** Writes a duration as Go does: `0s`, `6ms`, `1m30s`, `24h0m0s`. */
export function formatGoDuration(nanos: bigint): string {
  if (nanos === 0n) return '0s'
  if (nanos < 1_000n) return `${nanos}ns`
  if (nanos < 1_000_000n) return `${Number(nanos) / 1e3}µs`
  if (nanos < 1_000_000_000n) return `${Number(nanos) / 1e6}ms`
  const minutes = nanos / 60_000_000_000n
  const seconds = `${Number(nanos % 60_000_000_000n) / 1e9}s`
  if (minutes === 0n) return seconds
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`
}
