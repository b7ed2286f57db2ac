import type { Trace } from '../src/model/trace.js'
import type { SpanWindow } from '../src/source/otlp/span-window.js'

const ALL_TIME = { start: 0, end: 2 ** 64 / 1e6 }

/** Answers, each time it is called, the traces that got a span since the last time. */
export function createChangedTraces(window: SpanWindow): () => readonly Trace[] {
  // A trace that got a span is another object.
  const seen = new WeakSet<Trace>()
  return () => {
    const changed = window.overlapping(ALL_TIME).filter((trace) => !seen.has(trace))
    for (const trace of changed) seen.add(trace)
    return changed
  }
}
