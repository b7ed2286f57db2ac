/** The largest and smallest integer of TraceQL: 64 bits, signed. */
export const MAX_INT = 2n ** 63n - 1n
export const MIN_INT = -(2n ** 63n)

const NANOS_PER_GO_UNIT: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])

const HOUR_NANOS = 3_600_000_000_000n
const NANOS_PER_PROMETHEUS_UNIT = [
  365n * 24n * HOUR_NANOS,
  7n * 24n * HOUR_NANOS,
  24n * HOUR_NANOS,
  HOUR_NANOS,
  60_000_000_000n,
  1_000_000_000n,
  1_000_000n,
]

const PROMETHEUS_DURATION =
  /^(?=\d)(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/
const GO_DURATION = /^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/
const GO_PART = /(\d*)(?:\.(\d*))?(ns|us|µs|ms|s|m|h)/g
const LONGEST_DURATION = 100
/** A fraction is read to this many digits: the rest is below a nanosecond even in hours. */
const FRACTION_DIGITS = 15

/**
 * The nanoseconds in a duration such as `1h30m`, `1.5s` (Go's form) or `2d12h` (Prometheus's form); undefined where the
 * text is neither, or where it does not fit into 64 bits.
 */
export function parseDuration(text: string): bigint | undefined {
  if (text.length > LONGEST_DURATION) return undefined
  const nanos = parsePrometheusDuration(text) ?? parseGoDuration(text)
  return nanos === undefined || nanos > MAX_INT ? undefined : nanos
}

function parsePrometheusDuration(text: string): bigint | undefined {
  const match = PROMETHEUS_DURATION.exec(text)
  if (match === null) return undefined
  return NANOS_PER_PROMETHEUS_UNIT.reduce(
    (sum, unit, index) => sum + BigInt(match[index + 1] ?? 0) * unit,
    0n,
  )
}

function parseGoDuration(text: string): bigint | undefined {
  if (!GO_DURATION.test(text)) return undefined
  let sum = 0n
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(GO_PART)) {
    const nanos = NANOS_PER_GO_UNIT.get(unit) ?? 0n
    const digits = fraction.slice(0, FRACTION_DIGITS)
    sum += BigInt(whole) * nanos + (BigInt(digits) * nanos) / 10n ** BigInt(digits.length)
  }
  return sum
}

const MICRO = 1000n
const MILLI = 1_000_000n
const SECOND = 1_000_000_000n

/** A duration in nanoseconds as Go writes it: `1h0m0s`, `4m48.623346154s`, `65ms`, `1.5µs`, `0s`. */
export function formatDuration(nanos: bigint): string {
  if (nanos < 0n) return `-${formatDuration(-nanos)}`
  if (nanos === 0n) return '0s'
  if (nanos < MICRO) return `${nanos}ns`
  if (nanos < MILLI) return `${decimal(nanos, 3)}µs`
  if (nanos < SECOND) return `${decimal(nanos, 6)}ms`
  const minutes = nanos / (60n * SECOND)
  const seconds = `${decimal(nanos % (60n * SECOND), 9)}s`
  if (minutes === 0n) return seconds
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`
}

function decimal(value: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits)
  const fraction = (value % scale).toString().padStart(digits, '0').replace(/0+$/, '')
  return fraction === '' ? `${value / scale}` : `${value / scale}.${fraction}`
}
