import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDurationMs, parseDurationMs } from './duration.js'

describe('parseDurationMs', () => {
  it.each([
    ['0', 0],
    ['0s', 0],
    ['15s', 15_000],
    ['500ms', 500],
    ['1h30m', 5_400_000],
    ['1d2h3m4s5ms', 93_784_005],
    ['1w', 604_800_000],
    ['1y', 31_536_000_000],
    ['', undefined],
    ['5', undefined],
    ['s', undefined],
    ['1.5s', undefined],
    ['30m1h', undefined],
    ['-5s', undefined],
    [' 5s', undefined],
    ['5S', undefined],
    ['99999999999999999999s', undefined],
  ])('%j is %j ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms)
  })
})

describe('formatDurationMs', () => {
  it.each([
    [0, '0s'],
    [90_000, '1m30s'],
    [93_784_005, '1d2h3m4s5ms'],
  ])('%d is %j', (ms, text) => {
    expect(formatDurationMs(ms)).toBe(text)
  })

  it('is read back as the same', () => {
    fc.assert(
      fc.property(fc.nat(1e9), (ms) => {
        expect(parseDurationMs(formatDurationMs(ms))).toBe(ms)
      }),
    )
  })
})
