import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeValue } from './encode-value.js'

describe('encodeValue', () => {
  // As a Prometheus 2.42 wrote them.
  it.each([
    [1, '1e+00'],
    [1_234_567.5, '1.2345675e+06'],
    [0.000_01, '1e-05'],
    [0, '0e+00'],
    [-0, '-0e+00'],
    [-12.5, '-1.25e+01'],
    [1e100, '1e+100'],
    [5e-324, '5e-324'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf'],
  ])('writes %d as %s', (value, text) => {
    expect(encodeValue(value)).toBe(text)
  })

  it('loses nothing of any number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = encodeValue(value)
        expect(text).toMatch(/^-?\d(?:\.\d+)?e[+-]\d{2,3}$/)
        expect(Number(text)).toBe(value)
      }),
    )
  })
})
