/** Numbers for people, as Prometheus' templates write them. */

const DIGITS = 4
const LARGE = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
const SMALL = ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y']
const BINARY = ['', 'ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']

const MINUTE_SECS = 60
const HOUR_SECS = 3600
const DAY_SECS = 86_400

/** `1234567` becomes `1.235M`, `0.0012` becomes `1.2m`. */
export function humanize(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return fourDigits(value)
  return Math.abs(value) >= 1 ? divide(value, 1000, LARGE) : multiply(value)
}

/** `2048` becomes `2ki`. */
export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || !Number.isFinite(value)) return fourDigits(value)
  return divide(value, 1024, BINARY)
}

function divide(value: number, base: number, prefixes: readonly string[]): string {
  let rest = value
  let steps = 0
  while (Math.abs(rest) >= base && steps < prefixes.length - 1) {
    rest /= base
    steps += 1
  }
  return `${fourDigits(rest)}${prefixes[steps]}`
}

function multiply(value: number): string {
  let rest = value
  let steps = 0
  while (Math.abs(rest) < 1 && steps < SMALL.length - 1) {
    rest *= 1000
    steps += 1
  }
  return `${fourDigits(rest)}${SMALL[steps]}`
}

/** Seconds: `90061` becomes `1d 1h 1m 1s`, `0.0015` becomes `1.5ms`. */
export function humanizeDuration(seconds: number): string {
  if (seconds === 0 || !Number.isFinite(seconds)) return `${fourDigits(seconds)}${seconds === 0 ? 's' : ''}`
  const sign = seconds < 0 ? '-' : ''
  const whole = Math.trunc(Math.abs(seconds))
  if (whole === 0) return `${multiply(seconds)}s`
  const [d, h, m, s] = [
    Math.trunc(whole / DAY_SECS),
    Math.trunc(whole / HOUR_SECS) % 24,
    Math.trunc(whole / MINUTE_SECS) % 60,
    whole % 60,
  ]
  if (d > 0) return `${sign}${d}d ${h}h ${m}m ${s}s`
  if (h > 0) return `${sign}${h}h ${m}m ${s}s`
  return m > 0 ? `${sign}${m}m ${s}s` : `${fourDigits(seconds)}s`
}

/** `0.1234` becomes `12.34%`. */
export function humanizePercentage(value: number): string {
  return `${fourDigits(value * 100)}%`
}

/** Unix seconds, as a time in UTC: `2026-11-24 08:44:00 +0000 UTC`. */
export function humanizeTimestamp(seconds: number): string {
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) return fourDigits(seconds)
  const fraction = String(date.getUTCMilliseconds() / 1000).slice(1)
  return `${date.toISOString().slice(0, 19).replace('T', ' ')}${fraction} +0000 UTC`
}

/** The number with four digits that count, as Go's `%.4g` writes it. */
function fourDigits(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  const [mantissa = '', power = ''] = value.toExponential(DIGITS - 1).split('e')
  const exponent = Number(power)
  if (exponent >= -4 && exponent < DIGITS) return String(Number(value.toPrecision(DIGITS)))
  const sign = exponent < 0 ? '-' : '+'
  return `${Number(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
}
