import type { Span } from '../../../model/span.js'
import type { Trace } from '../../../model/trace.js'

/** Who called whom within one trace. */
export interface TraceTree {
  readonly spans: readonly Span[]
  /** The spans whose parent this one is, in the order of the trace. */
  childrenOf(span: Span): readonly Span[]
  /** The span that is the parent of this one; undefined for a root, and where it has not come. */
  parentOf(span: Span): Span | undefined
}

const NONE: readonly Span[] = []

/**
 * The tree of a trace. Zipkin's client and server halves share one id: there the server half is the child of the client
 * half, and what names the id as its parent is a child of the server half.
 */
export function buildTraceTree({ spans }: Trace): TraceTree {
  const byId = new Map<string, Span>()
  const halves = new Map<Span, Span>()
  for (const span of spans) {
    const twin = byId.get(span.spanId)
    if (twin === undefined) byId.set(span.spanId, span)
    else if (twin.kind !== 'server') {
      halves.set(span, twin)
      byId.set(span.spanId, span)
    } else halves.set(twin, span)
  }
  const findParent = (span: Span): Span | undefined => halves.get(span) ?? parentById(span, byId)
  const children = new Map<Span, Span[]>()
  for (const span of spans) {
    const parent = findParent(span)
    if (parent === undefined || parent === span) continue
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [span])
    else siblings.push(span)
  }
  return { spans, childrenOf: (span) => children.get(span) ?? NONE, parentOf: findParent }
}

function parentById({ parentSpanId }: Span, byId: ReadonlyMap<string, Span>): Span | undefined {
  return parentSpanId === undefined ? undefined : byId.get(parentSpanId)
}
