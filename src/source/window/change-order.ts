import type { HeldTrace } from './held-trace.js'

/** Traces in the order of their latest change, as a linked list: each step takes the same time. */
export interface ChangeOrder {
  /** The trace that changed last. */
  last(): HeldTrace | undefined
  /** Puts a trace at the end, be it in the list or not. */
  moveToEnd(trace: HeldTrace): void
  remove(trace: HeldTrace): void
}

export function createChangeOrder(): ChangeOrder {
  let last: HeldTrace | undefined

  function remove(trace: HeldTrace): void {
    if (trace.before) trace.before.after = trace.after
    if (trace.after) trace.after.before = trace.before
    else if (last === trace) last = trace.before
    trace.before = undefined
    trace.after = undefined
  }

  return {
    last: () => last,
    remove,
    moveToEnd: (trace) => {
      if (last === trace) return
      remove(trace)
      if (last) last.after = trace
      trace.before = last
      last = trace
    },
  }
}
