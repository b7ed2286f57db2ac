import { describe, expect, it } from 'vitest'
import { parseSeconds } from './demo.js'
import { DemoError } from './demo/demo-error.js'

describe('--seconds', () => {
  it.each([
    ['1', 1],
    ['0.5', 0.5],
    ['86400', 86_400],
  ])('%s is taken', (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds)
  })

  it.each(['', '0', '-1', 'ten', '1e3', '1_000', ' 5', '86401', 'NaN', 'Infinity'])(
    '%j is refused',
    (text) => {
      expect(() => parseSeconds(text)).toThrow(DemoError)
    },
  )
})
