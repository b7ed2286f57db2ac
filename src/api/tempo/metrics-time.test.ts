import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseMetricsTime } from './metrics-time.js'

const SECOND = 1_795_467_573_000_000_000n

describe('a time of a metrics query', () => {
  it.each([
    ['1795467573', SECOND],
    ['1795467573.5', SECOND + 500_000_000n],
    ['1795467573.', SECOND],
    ['1795467573.0000000019', SECOND + 1n],
    ['1795467573000000001', SECOND + 1n],
    ['1795467573000', 1_795_467_573_000n],
    ['0', 0n],
    ['2026-11-23T20:59:33Z', SECOND],
    ['2026-11-23T20:59:33.000000001Z', SECOND + 1n],
    ['2026-11-23t21:59:33.25+01:00', SECOND + 250_000_000n],
  ])('%s is read exactly', (text, nanos) => {
    expect(parseMetricsTime(text)).toBe(nanos)
  })

  it.each([
    '',
    'yesterday',
    '-5',
    '1e9',
    '1.5.5',
    '12345678901.5',
    '2026-13-01T00:00:00Z',
    '2026-11-23',
    '١',
  ])('%j is refused', (text) => {
    expect(() => parseMetricsTime(text)).toThrow(
      `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
    )
  })

  it.each(['9223372036854775808', '9'.repeat(400)])('%s is too large', (text) => {
    expect(() => parseMetricsTime(text)).toThrow('value out of range')
  })

  it('of milliseconds reads back from RFC 3339', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000 }), (milliseconds) => {
        const text = new Date(milliseconds).toISOString()
        expect(parseMetricsTime(text)).toBe(BigInt(milliseconds) * 1_000_000n)
      }),
      { numRuns: 200 },
    )
  })
})
