const NANOS_PER_SECOND = 1_000_000_000n
/** Digits of a time in seconds; more are nanoseconds, as Tempo has it. */
const MOST_SECOND_DIGITS = 10
const MAX_INT64 = 2n ** 63n - 1n
const RFC3339 = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/

/**
 * The Unix nanoseconds of a time as Tempo takes it for metrics: seconds, fractional seconds, nanoseconds (eleven digits
 * and more, so milliseconds too are taken for them), or RFC 3339. Throws an `Error` in Go's words for other texts.
 */
export function parseMetricsTime(text: string): bigint {
  const [, whole, fraction] = /^(\d{1,10})\.(\d*)$/.exec(text) ?? []
  if (whole !== undefined) return BigInt(whole) * NANOS_PER_SECOND + fractionNanos(fraction)
  if (/^\d+$/.test(text)) return parseDigits(text)
  const time = parseRfc3339(text)
  if (time === undefined) throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return time
}

function parseDigits(text: string): bigint {
  if (text.length <= MOST_SECOND_DIGITS) return BigInt(text) * NANOS_PER_SECOND
  const nanos = text.length > MOST_INT64_DIGITS ? MAX_INT64 + 1n : BigInt(text)
  if (nanos <= MAX_INT64) return nanos
  throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`)
}

const MOST_INT64_DIGITS = 19

function parseRfc3339(text: string): bigint | undefined {
  const [, seconds, fraction, zone] = RFC3339.exec(text) ?? []
  const milliseconds = Date.parse(`${seconds}${zone}`.toUpperCase())
  if (Number.isNaN(milliseconds) || milliseconds < 0) return undefined
  return BigInt(milliseconds) * 1_000_000n + fractionNanos(fraction)
}

/** The nanoseconds in the digits behind the point; what is finer than them is cut off. */
function fractionNanos(digits = ''): bigint {
  return BigInt(digits.slice(0, 9).padEnd(9, '0'))
}
