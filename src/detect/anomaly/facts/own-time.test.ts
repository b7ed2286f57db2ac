import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildSpan } from '../../../../test/conformance/traceql/build-trace.js'
import type { Span } from '../../../model/span.js'
import { durationMs, ownTimeMs } from './own-time.js'

const during = ([startMs, endMs]: readonly [number, number]): Span =>
  buildSpan({
    startTimeUnixNano: BigInt(startMs) * 1_000_000n,
    endTimeUnixNano: BigInt(endMs) * 1_000_000n,
  })

/** Counts the milliseconds of the span in which none of the others is under way, one by one. */
function countOwn(
  [start, end]: readonly [number, number],
  inner: readonly (readonly [number, number])[],
): number {
  let own = 0
  for (let at = start; at < end; at += 1) {
    if (!inner.some(([from, to]) => from <= at && at < to)) own += 1
  }
  return own
}

describe('the own time of a span', () => {
  it.each<[string, [number, number], (readonly [number, number])[], number]>([
    ['all of it, where nothing is within', [10, 30], [], 20],
    ['without what is within', [10, 30], [[12, 17]], 15],
    [
      'overlapping children once',
      [10, 30],
      [
        [12, 20],
        [15, 22],
      ],
      10,
    ],
    [
      'a child that is in another one',
      [10, 30],
      [
        [12, 20],
        [13, 14],
      ],
      12,
    ],
    ['a child that begins before it', [10, 30], [[5, 12]], 18],
    ['a child that goes on after it', [10, 30], [[25, 90]], 15],
    ['a child that begins when it is over', [10, 30], [[50, 90]], 20],
    ['a child that ends before it starts', [10, 30], [[25, 15]], 20],
    ['nothing, where a child takes all of it', [10, 30], [[0, 90]], 0],
    ['nothing, where it ends before it starts', [30, 10], [[12, 17]], 0],
    ['nothing, where it takes no time', [30, 30], [], 0],
  ])('%s', (_name, span, inner, own) => {
    expect(ownTimeMs(during(span), inner.map(during))).toBe(own)
  })

  it('is what is left when children are taken away one millisecond at a time', () => {
    const times = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }))
    fc.assert(
      fc.property(times, fc.array(times, { maxLength: 6 }), (span, inner) => {
        expect(ownTimeMs(during(span), inner.map(during))).toBe(countOwn(span, inner))
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})

describe('a duration', () => {
  it('is never below zero, and finite at the ends of the range', () => {
    const last = (1n << 64n) - 1n
    expect(durationMs(during([30, 10]))).toBe(0)
    expect(durationMs(buildSpan({ startTimeUnixNano: last, endTimeUnixNano: 0n }))).toBe(0)
    expect(durationMs(buildSpan({ startTimeUnixNano: 0n, endTimeUnixNano: last }))).toBeCloseTo(
      1.8446744e13,
      -8,
    )
  })
})
