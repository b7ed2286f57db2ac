import type { Span } from '../model/span.js'
import { trimZeros } from '../model/trace-id.js'
import type { TraceGlance } from '../model/trace-glance.js'
import { findExtent, findRoot, hasUsableIds, type Trace } from '../model/trace.js'
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
  private foundTree: boolean | undefined
  private foundRoot: Span | 'none' | undefined

  private foundTrace: Trace | undefined

  /** @param source the trace, or a glance at it, by which it is made ready when it is first asked for. */
  constructor(private readonly source: Trace | TraceGlance) {}

  get trace(): Trace {
    this.foundTrace ??= 'spans' in this.source ? this.source : this.source.trace()
    return this.foundTrace
  }

  /** The trace id without leading zeros. */
  shortId(): string {
    this.foundId ??= trimZeros(this.trace.traceId)
    return this.foundId
  }

  structure(): TraceStructure {
    this.foundStructure ??= createStructure(this.trace)
    return this.foundStructure
  }

  /** Whether spans without a parent are roots of a tree. */
  hasTree(): boolean {
    this.foundTree ??= 'spans' in this.source ? hasUsableIds(this.source) : this.source.hasUsableIds()
    return this.foundTree
  }

  durationNano(): bigint {
    this.foundDuration ??= 'spans' in this.source ? measure(this.source) : this.source.durationNano()
    return this.foundDuration
  }

  /** Undefined where the root has not been seen. */
  root(): Span | undefined {
    const { source } = this
    this.foundRoot ??= ('spans' in source ? findRoot(source) : source.root()) ?? 'none'
    return this.foundRoot === 'none' ? undefined : this.foundRoot
  }
}

function measure(trace: Trace): bigint {
  const { start, end } = findExtent(trace)
  return end - start
}
