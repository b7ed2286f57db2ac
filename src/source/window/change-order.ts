import { NO_TRACE, TRACE, type TraceRef, type TraceRows } from './trace-rows.js'

/** Traces in the order of their latest change, as a linked list: each step takes the same time. */
export interface ChangeOrder {
  /** The trace that changed last; `NO_TRACE` where there is none. */
  last(): TraceRef
  /** The trace that changed last before this one. */
  before(trace: TraceRef): TraceRef
  /** Puts a trace at the end, be it in the list or not. */
  moveToEnd(trace: TraceRef): void
  remove(trace: TraceRef): void
}

export function createChangeOrder(traces: TraceRows): ChangeOrder {
  let last = NO_TRACE

  function remove(trace: TraceRef): void {
    const before = traces.get(trace, TRACE.before)
    const after = traces.get(trace, TRACE.after)
    if (before !== NO_TRACE) traces.set(before, TRACE.after, after)
    if (after !== NO_TRACE) traces.set(after, TRACE.before, before)
    else if (last === trace) last = before
    traces.set(trace, TRACE.before, NO_TRACE)
    traces.set(trace, TRACE.after, NO_TRACE)
  }

  return {
    last: () => last,
    before: (trace) => traces.get(trace, TRACE.before),
    remove,
    moveToEnd: (trace) => {
      if (last === trace) return
      remove(trace)
      if (last !== NO_TRACE) traces.set(last, TRACE.after, trace)
      traces.set(trace, TRACE.before, last)
      last = trace
    },
  }
}
