import type { Timestamp } from '../model/time.js'
import type { TraceId } from '../model/trace-id.js'
import type { Metrics } from '../telemetry/metrics.js'

export interface ToldTracesOptions {
  /** How long a trace is remembered after it was last seen. */
  readonly keepMs: number
  /** How many traces are remembered, at most; beyond it those seen longest ago are forgotten, and counted. */
  readonly maxTraces: number
  readonly metrics: Pick<Metrics, 'forgottenTraces'>
}

/** Remembers which traces a rule has told of, so that each is told once, however often it is seen again. */
export interface ToldTraces {
  /** Whether this trace is new to the rule; from now on it is not. */
  isNew(traceId: TraceId, at: Timestamp): boolean
  /** Takes that back: the trace is new again. */
  forget(traceId: TraceId): void
  /** A trace that was told before a restart, and was last seen then. */
  restore(traceId: TraceId, seenAt: Timestamp): void
}

export function createToldTraces({ keepMs, maxTraces, metrics }: ToldTracesOptions): ToldTraces {
  // In the order in which they were last seen.
  const lastSeen = new Map<TraceId, Timestamp>()

  function forgetOld(at: Timestamp): void {
    for (const [traceId, seenAt] of lastSeen) {
      if (seenAt + keepMs >= at && lastSeen.size <= maxTraces) return
      if (seenAt + keepMs >= at) metrics.forgottenTraces.inc()
      lastSeen.delete(traceId)
    }
  }

  return {
    isNew(traceId, at) {
      const seenAt = lastSeen.get(traceId)
      lastSeen.delete(traceId)
      lastSeen.set(traceId, at)
      forgetOld(at)
      return seenAt === undefined || seenAt + keepMs < at
    },
    forget: (traceId) => void lastSeen.delete(traceId),
    restore: (traceId, seenAt) => void lastSeen.set(traceId, seenAt),
  }
}
