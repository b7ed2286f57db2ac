import type { Span } from '../../../src/model/span.js'
import type { Trace } from '../../../src/model/trace.js'

export const TRACE_ID = '0000000000000000000000000000abcd'
export const START_NANO = 1_748_779_200_000_000_000n

/** A span with what a test leaves out: internal, unset, at `START_NANO`, 1 ms long, of the service `test`. */
export function buildSpan(parts: Partial<Span> = {}): Span {
  const startTimeUnixNano = parts.startTimeUnixNano ?? START_NANO
  return {
    traceId: TRACE_ID,
    spanId: '0000000000000001',
    parentSpanId: undefined,
    traceState: '',
    flags: 0,
    name: 'work',
    kind: 'internal',
    startTimeUnixNano,
    endTimeUnixNano: startTimeUnixNano + 1_000_000n,
    attributes: new Map(),
    events: [],
    links: [],
    status: { code: 'unset', message: '' },
    resource: { attributes: new Map([['service.name', 'test']]) },
    scope: { name: 'lib', version: '1.0', attributes: new Map() },
    ...parts,
  }
}

export function buildTrace(...spans: readonly Span[]): Trace {
  return { traceId: spans[0]?.traceId ?? TRACE_ID, spans }
}
