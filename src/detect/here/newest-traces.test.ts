import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildSpan, buildTrace } from '../../../test/conformance/traceql/build-trace.js'
import type { Trace } from '../../model/trace.js'
import { createNewestTraces } from './newest-traces.js'

const startingAt = (startTimeUnixNano: bigint): Trace =>
  buildTrace(buildSpan({ startTimeUnixNano, endTimeUnixNano: startTimeUnixNano + 5n }))

describe('createNewestTraces', () => {
  it('keeps those that start last, whatever the order in which they come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.bigInt({ min: 0n, max: 1000n }), { maxLength: 60 }), (starts) => {
        const newest = createNewestTraces(10)
        for (const start of starts) newest.add(startingAt(start))
        const wanted = starts.toSorted((left, right) => Number(right - left)).slice(0, 10)
        expect(newest.list().map(({ spans }) => spans[0]?.startTimeUnixNano)).toEqual(wanted)
      }),
    )
  })
})
