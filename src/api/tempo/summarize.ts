import type { Span } from '../../model/span.js'
import { findExtent, findRoot, type Trace } from '../../model/trace.js'

/** What a search tells of a trace as a whole. */
export interface TraceSummary {
  readonly trace: Trace
  /** Undefined while no root has been received; of several the last one. */
  readonly root: Span | undefined
  readonly startTimeUnixNano: bigint
  /** From the first start to the last end, in whole milliseconds, rounded down. */
  readonly durationMs: number
}

export function summarize(trace: Trace): TraceSummary {
  const { start, end } = findExtent(trace)
  const duration = end - start
  return {
    trace,
    root: findRoot(trace),
    startTimeUnixNano: start,
    durationMs: duration > 0n ? Number(duration / 1_000_000n) : 0,
  }
}
