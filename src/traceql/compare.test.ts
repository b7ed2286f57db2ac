import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createComparator, orderTexts } from './compare.js'

describe('orderTexts', () => {
  it('orders texts by their bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (left, right) => {
        expect(Math.sign(orderTexts(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)))
      }),
    )
  })

  it('puts characters beyond 16 bits last', () => {
    expect(orderTexts('\u{1f680}', '\uffee')).toBeGreaterThan(0)
  })
})

describe('createComparator', () => {
  it.each([
    ['=', 1n, 1, true],
    ['=', 9_007_199_254_740_993n, 9_007_199_254_740_992, true],
    ['<', 1n, 1.5, true],
    ['=', 'a', 1n, false],
    ['!=', 'a', 1n, false],
    ['!=', undefined, 'a', false],
    ['!=', true, false, true],
    ['<', false, true, false],
    ['=', Number.NaN, Number.NaN, false],
    ['!=', Number.NaN, 1, true],
    ['=', ['a', 'b'], 'b', true],
    ['!=', ['a', 'b'], 'b', false],
    ['!=', ['a', 'b'], 'c', true],
    ['!=', ['a', 'b'], 1n, false],
    ['>', 2n, [3n, 1n], true],
    ['=', ['a'], ['a'], false],
    ['=', new Uint8Array([1]), 'a', false],
  ] as const)('%s: %s, %s', (operator, left, right, expected) => {
    expect(createComparator(operator)(left, right)).toBe(expected)
  })
})
