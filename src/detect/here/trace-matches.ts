import type { LocalTraces } from '../../model/local-traces.js'
import { toTraceMatch } from '../../model/to-trace-match.js'
import type { TraceId } from '../../model/trace-id.js'
import type { TraceMatch } from '../../model/trace-match.js'
import type { Trace } from '../../model/trace.js'

/** What is told of the traces that rules show: many rules show the same ones. */
export interface TraceMatches {
  of(trace: Trace): TraceMatch
  /** Undefined for a trace that is not held any more. */
  ofId(id: TraceId): TraceMatch | undefined
}

export function createTraceMatches(traces: Pick<LocalTraces, 'get'>): TraceMatches {
  const known = new Map<TraceId, TraceMatch>()

  function of(trace: Trace): TraceMatch {
    const match = known.get(trace.traceId) ?? toTraceMatch(trace)
    known.set(match.traceId, match)
    return match
  }

  return {
    of,
    ofId: (id) => {
      const trace = known.has(id) ? undefined : traces.get(id)
      return trace === undefined ? known.get(id) : of(trace)
    },
  }
}
