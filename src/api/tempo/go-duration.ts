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
