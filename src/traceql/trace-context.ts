import type { Span } from '../model/span.js'
import { trimZeros } from '../model/trace-id.js'
import { findExtent, findRoot, type Trace } from '../model/trace.js'
import type { TraceStructure } from './structure.js'
import { createStructure } from './structure.js'

/** A trace and what must be worked out of all its spans, which is done once and only if asked for. */
export interface TraceContext {
  readonly trace: Trace
  /** The trace id without leading zeros. */
  shortId(): string
  structure(): TraceStructure
  durationNano(): bigint
  /** Undefined where the root has not been seen. */
  root(): Span | undefined
}

export function createTraceContext(trace: Trace): TraceContext {
  let shortId: string | undefined
  let structure: TraceStructure | undefined
  let durationNano: bigint | undefined
  let root: { readonly span: Span | undefined } | undefined
  return {
    trace,
    shortId: () => (shortId ??= trimZeros(trace.traceId)),
    structure: () => (structure ??= createStructure(trace)),
    durationNano: () => (durationNano ??= measure(trace)),
    root: () => (root ??= { span: findRoot(trace) }).span,
  }
}

function measure(trace: Trace): bigint {
  const { start, end } = findExtent(trace)
  return end - start
}
