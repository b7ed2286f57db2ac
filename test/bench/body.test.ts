import { describe, expect, it } from 'vitest'
import { makeBodies, SPANS_A_BODY } from '../../bench/load/body.js'
import { GRPC_PREFIX_BYTES } from '../../bench/load/sender.js'
import type { Trace } from '../../src/model/trace.js'
import { createTraceWindow } from '../../src/source/window/trace-window.js'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { createTestClock } from '../test-clock.js'

const NOW = 1_800_000_000_000
const BODIES = 8
const SENDINGS = 40
const ALL_TIME = { start: 0, end: 2 * NOW }

function sendAll(): { readonly traces: readonly Trace[]; readonly refused: number; readonly bytes: number } {
  const clock = createTestClock()
  const window = createTraceWindow({ maxBytes: 1e8, maxAgeMs: 1e6, clock, metrics: createMetrics() })
  const bodies = makeBodies(BODIES, 1, NOW)
  let refused = 0
  for (let sequence = 0; sequence < SENDINGS; sequence += 1) {
    const body = bodies[sequence % BODIES]
    body?.renew(sequence)
    // As a socket would: what the window keeps is not the body itself.
    const message = Buffer.from(body?.framed.subarray(GRPC_PREFIX_BYTES) ?? [])
    refused += [...window.add(message).values()].reduce((sum, count) => sum + count, 0)
  }
  const bytes = bodies.reduce((sum, { framed }) => sum + framed.length, 0)
  return { traces: [...window.overlapping(ALL_TIME)], refused, bytes: bytes / (BODIES * SPANS_A_BODY) }
}

describe('the load of the benchmarks', () => {
  const { traces, refused, bytes } = sendAll()
  const spans = traces.flatMap((trace) => trace.spans)

  it('sends no span twice, though it sends each body again and again', () => {
    expect({ refused, spans: spans.length }).toEqual({ refused: 0, spans: SENDINGS * SPANS_A_BODY })
  })

  it('sends traces that are whole: each span but the root has its parent', () => {
    const broken = traces.filter((trace) => {
      const ids = new Set(trace.spans.map(({ spanId }) => spanId))
      const orphans = trace.spans.filter(
        ({ parentSpanId }) => parentSpanId !== undefined && !ids.has(parentSpanId),
      )
      return orphans.length > 0 || trace.spans.filter((span) => span.parentSpanId === undefined).length !== 1
    })
    expect(broken).toEqual([])
  })

  it('sends spans of the size and with the number of attributes that it says', () => {
    const attributes = spans.reduce((sum, span) => sum + span.attributes.size, 0)
    expect(attributes / spans.length).toBe(6)
    expect(Math.round(bytes / 10) * 10).toBe(200)
  })

  it('sends a session with each request of its shop that no other has', () => {
    const sessions = spans.map((span) => span.attributes.get('session')).filter((each) => each !== undefined)
    expect(sessions.length).toBe(traces.length)
    expect(new Set(sessions).size).toBe(sessions.length)
  })
})
