import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseGrpcTimeout } from './grpc-timeout.js'

describe('parseGrpcTimeout', () => {
  it.each([
    ['1H', 3_600_000],
    ['2M', 120_000],
    ['10S', 10_000],
    ['500m', 500],
    ['1500u', 2],
    ['99999999n', 100],
    ['0S', 0],
    ['00000010S', 10_000],
    ['99999999H', 359_999_996_400_000],
  ])('reads %s', (text, timeoutMs) => {
    expect(parseGrpcTimeout(text)).toBe(timeoutMs)
  })

  it.each(['', 'S', '10', '10s', '10 S', '-1S', '1.5S', '123456789S', '10SS', '１S', '1constructor'])(
    'does not take %j for one',
    (text) => {
      expect(parseGrpcTimeout(text)).toBeUndefined()
    },
  )

  it('answers a time or nothing, whatever it reads', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseGrpcTimeout(text) ?? 0).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})
