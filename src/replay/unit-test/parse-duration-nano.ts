const PART = /(\d{1,15})(?:\.(\d{1,9}))?(ns|us|µs|ms|s|m|h)/y

const UNITS_NANO: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
])

const LONGEST_NANO = 366n * 24n * 3_600_000_000_000n

/** Nanoseconds of a duration such as `250ms`, `1.5s` or `1m30s`; undefined for another text, and above a year. */
export function parseDurationNano(text: string): bigint | undefined {
  let nanos = 0n
  PART.lastIndex = 0
  for (let from = 0; from < text.length; from = PART.lastIndex) {
    const [, whole = '', fraction = '', unit = ''] = PART.exec(text) ?? []
    const unitNano = UNITS_NANO.get(unit)
    if (unitNano === undefined) return undefined
    nanos += BigInt(whole) * unitNano + (BigInt(fraction || '0') * unitNano) / 10n ** BigInt(fraction.length)
  }
  return text === '' || nanos > LONGEST_NANO ? undefined : nanos
}
