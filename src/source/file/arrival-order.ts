import type { HeldTrace } from './held-trace.js'

/**
 * Traces in the order of their latest arrival, as a linked list: each step takes the same time, where a `Map` would
 * walk over all that was deleted at its front.
 */
export interface ArrivalOrder {
  /** The trace that has been quiet for longest. */
  first(): HeldTrace | undefined
  /** Puts a trace at the end, be it in the list or not. */
  moveToEnd(trace: HeldTrace): void
  remove(trace: HeldTrace): void
}

export function createArrivalOrder(): ArrivalOrder {
  let first: HeldTrace | undefined
  let last: HeldTrace | undefined

  function remove(trace: HeldTrace): void {
    if (trace.before) trace.before.after = trace.after
    else if (first === trace) first = trace.after
    if (trace.after) trace.after.before = trace.before
    else if (last === trace) last = trace.before
    trace.before = undefined
    trace.after = undefined
  }

  return {
    first: () => first,
    remove,
    moveToEnd: (trace) => {
      if (last === trace) return
      remove(trace)
      if (last) last.after = trace
      else first = trace
      trace.before = last
      last = trace
    },
  }
}
