import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logBeta, logChoose, logGamma } from './log-gamma.js'

const EULER = 0.577_215_664_901_532_9

/** By how many times its promised error it is wrong. */
function errorOf(given: number, exact: number): number {
  return Math.abs(given - exact) / (1e-13 + 2e-15 * Math.abs(exact))
}

/** ln of a large whole number, from its first sixteen digits. */
function logOf(whole: bigint): number {
  const digits = whole.toString()
  return Math.log(Number(digits.slice(0, 16))) + Math.max(0, digits.length - 16) * Math.LN10
}

describe('logGamma', () => {
  it('is the logarithm of the factorial', () => {
    let factorial = 1n
    for (let n = 1; n < 200; n += 1) {
      factorial *= BigInt(n)
      expect(errorOf(logGamma(n + 1), logOf(factorial))).toBeLessThan(1)
    }
  })

  // Γ(1/2) = √π, ln Γ(x) is close to −ln x − 0.577x near 0, and Γ(x + 1) = xΓ(x).
  it('is what it must be between whole numbers', () => {
    expect(errorOf(logGamma(0.5), Math.log(Math.PI) / 2)).toBeLessThan(1)
    expect(errorOf(logGamma(2.5), Math.log(0.75 * Math.sqrt(Math.PI)))).toBeLessThan(1)
    expect(errorOf(logGamma(1e-9), -Math.log(1e-9) - 1e-9 * EULER)).toBeLessThan(1)
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e7, noNaN: true }), (x) => {
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThanOrEqual(
          1e-13 + 3e-15 * Math.abs(logGamma(x + 1)),
        )
      }),
    )
  })
})

describe('logBeta and logChoose', () => {
  it('are as they are defined', () => {
    expect(errorOf(logBeta(3, 4), Math.log(1 / 60))).toBeLessThan(1)
    expect(errorOf(logChoose(5, 2), Math.log(10))).toBeLessThan(1)
    expect(errorOf(logChoose(7, 0), 0)).toBeLessThan(1)
  })
})
