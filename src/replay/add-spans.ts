import type { Span } from '../model/span.js'
import { encodeTraceProtobuf } from '../otlp/encode-protobuf.js'
import type { RefusalReason, Refusals } from '../otlp/decoded-spans.js'
import type { TraceWindow } from '../source/window/trace-window.js'

/** A request may hold no more resources than this by far. */
const SPANS_A_REQUEST = 10_000

/** Takes spans into a window, as if they were received. Answers what was refused. */
export function addSpans(window: Pick<TraceWindow, 'add'>, spans: readonly Span[]): Refusals {
  const refused = new Map<RefusalReason, number>()
  for (let from = 0; from < spans.length; from += SPANS_A_REQUEST) {
    const request = encodeTraceProtobuf(spans.slice(from, from + SPANS_A_REQUEST))
    for (const [reason, count] of window.add(request)) refused.set(reason, (refused.get(reason) ?? 0) + count)
  }
  return refused
}
