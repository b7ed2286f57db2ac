import type { Span } from '../src/model/span.js'
import type { Refusals } from '../src/otlp/decoded-spans.js'
import { createTraceWindow } from '../src/source/window/trace-window.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { toPlainSpan } from './plain-span.js'
import { createTestClock } from './test-clock.js'

/** What a window makes of the bytes of an OTLP `ExportTraceServiceRequest`: its spans, and how many it refused. */
export function decodeRequest(bytes: Uint8Array): {
  readonly spans: readonly Span[]
  readonly refused: Refusals
} {
  const window = createTraceWindow({
    maxBytes: 1_000_000_000,
    maxAgeMs: 1000,
    clock: createTestClock(),
    metrics: createMetrics(),
  })
  const refused = window.add(Buffer.from(bytes))
  const { traces } = window.changedSince(0)
  return { refused, spans: [...traces].toReversed().flatMap(({ spans }) => spans.map(toPlainSpan)) }
}
