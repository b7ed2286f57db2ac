import { describe, expect, it } from 'vitest'
import { parsePrometheusDuration } from './prometheus-duration.js'

describe('parsePrometheusDuration', () => {
  it.each([
    ['0', 0],
    ['15s', 15_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['1w2d', 777_600_000],
    ['1y', 31_536_000_000],
    ['250ms', 250],
    ['5m1ms', 300_001],
  ])('reads %s', (text, milliseconds) => {
    expect(parsePrometheusDuration(text)).toBe(milliseconds)
  })

  it.each(['', 's', '5', '1.5s', '-1s', '30m1h', '1s1s', '1 s', 'soon', `${'9'.repeat(400)}y`])(
    'knows nothing from %j',
    (text) => {
      expect(parsePrometheusDuration(text)).toBeUndefined()
    },
  )
})
