import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderLabels } from './order-labels.js'
import type { LabelValue, SeriesLabels } from './series.js'

function labels(record: Record<string, LabelValue>): SeriesLabels {
  return new Map(Object.entries(record))
}

const anyValue = fc.oneof(fc.string(), fc.bigInt({ min: -5n, max: 5n }), fc.double(), fc.boolean())
const anyLabels = fc.dictionary(fc.constantFrom('a', 'b'), anyValue).map(labels)

describe('orderLabels', () => {
  it('puts values in the order that Tempo showed', () => {
    const values: LabelValue[] = [true, false, '', -2.25, 5.5, 0.1, 0, -3n, 5n, 0n, 'abc', 'nil']
    const shuffled = values.toReversed().map((x) => labels({ x }))

    expect(shuffled.sort(orderLabels).map((one) => one.get('x'))).toEqual(values)
  })

  it('goes label by label, by text, then name, then value, and puts fewer labels first among equals', () => {
    const sorted = [
      labels({ a: true }),
      labels({ a: true, z: 1n }),
      labels({ a: true, z: 'x' }),
      labels({ a: false }),
      labels({ a: 5n }),
      labels({ z: true }),
      labels({ a: 'nil' }),
      labels({ a: 'x' }),
      labels({ a: 'x', z: '' }),
      labels({ z: 'x' }),
    ]

    expect(sorted.toReversed().sort(orderLabels)).toEqual(sorted)
  })

  it('has the quantiles of one route together', () => {
    const sorted = [
      labels({ p: 0.5 }),
      labels({ route: '/', p: 0.95 }),
      labels({ route: '/', p: 0.5 }),
      labels({ route: '/x', p: 0.95 }),
    ]

    expect(sorted.toReversed().sort(orderLabels)).toEqual(sorted)
  })

  it('is an order', () => {
    fc.assert(
      fc.property(anyLabels, anyLabels, anyLabels, (first, second, third) => {
        expect(Math.sign(orderLabels(first, second))).toBe(0 - Math.sign(orderLabels(second, first)))
        const [least, middle, greatest] = [first, second, third].sort(orderLabels)
        if (least === undefined || middle === undefined || greatest === undefined) return
        expect(orderLabels(least, middle)).toBeLessThanOrEqual(0)
        expect(orderLabels(middle, greatest)).toBeLessThanOrEqual(0)
        expect(orderLabels(least, greatest)).toBeLessThanOrEqual(0)
      }),
    )
  })
})
