import type { Finding } from '../src/model/finding.js'
import type { TraceMatch } from '../src/model/trace-match.js'

function toTrace(traceId: string, index: number): TraceMatch {
  return {
    traceId,
    rootServiceName: 'web',
    rootSpanName: 'POST /checkout',
    start: 1_000_000 - index * 1000,
    durationMs: 1200,
    failedServices: [],
  }
}

/** That the payment of a shop has become slow, with what a test says otherwise. */
export function buildFinding(
  parts: Partial<Omit<Finding, 'traces'>> = {},
  traceIds: readonly string[] = ['t1', 't2'],
): Finding {
  return {
    signal: 'latency',
    service: 'payment',
    operation: 'charge',
    sentence: 'checkout → payment gap p50 1.02 s, usually 3 ms ± 1 ms, 38 of 41 calls',
    candidates: ['payment', 'checkout'],
    evidence: [
      'POST /checkout takes 1.2 s, usually 40 ms',
      'version=2.1 in 38 of 41 slow calls, else in none',
    ],
    traces: traceIds.map(toTrace),
    ...parts,
  }
}
