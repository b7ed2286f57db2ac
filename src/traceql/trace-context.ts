import type { Span } from '../model/span.js'
import { trimZeros } from '../model/trace-id.js'
import { findExtent, findRoot, type Trace } from '../model/trace.js'
import type { TraceStructure } from './structure.js'
import { createStructure } from './structure.js'

/**
 * A trace and what must be worked out of all its spans, which is done once and only if asked for. It is a class, as one is
 * made for every trace and query.
 */
export class TraceContext {
  private foundId: string | undefined
  private foundStructure: TraceStructure | undefined
  private foundDuration: bigint | undefined
  private foundRoot: Span | 'none' | undefined

  constructor(readonly trace: Trace) {}

  /** The trace id without leading zeros. */
  shortId(): string {
    this.foundId ??= trimZeros(this.trace.traceId)
    return this.foundId
  }

  structure(): TraceStructure {
    this.foundStructure ??= createStructure(this.trace)
    return this.foundStructure
  }

  durationNano(): bigint {
    this.foundDuration ??= measure(this.trace)
    return this.foundDuration
  }

  /** Undefined where the root has not been seen. */
  root(): Span | undefined {
    this.foundRoot ??= findRoot(this.trace) ?? 'none'
    return this.foundRoot === 'none' ? undefined : this.foundRoot
  }
}

function measure(trace: Trace): bigint {
  const { start, end } = findExtent(trace)
  return end - start
}
