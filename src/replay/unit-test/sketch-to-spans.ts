import type { Resource, Span } from '../../model/span.js'
import type { SketchedSpan } from './trace-notation.js'

const TRACE_ID = '1'.padStart(32, '0')
/** Of a parent that has not come. */
const NOWHERE = 'ffffffffffffffff'
const SCOPE = { name: '', version: '', attributes: new Map<string, never>() }

/** The spans of a trace that is written down. It starts at nanosecond 0. */
export function sketchToSpans(sketched: readonly SketchedSpan[]): readonly Span[] {
  return sketched.map((span, index) => ({
    traceId: TRACE_ID,
    spanId: spanId(index),
    parentSpanId: span.isOrphan ? NOWHERE : span.parent === undefined ? undefined : spanId(span.parent),
    traceState: '',
    flags: 0,
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: span.startNano,
    endTimeUnixNano: span.endNano,
    attributes: span.attributes,
    events: [],
    links: [],
    status: { code: span.statusCode, message: span.statusMessage },
    resource: toResource(span),
    scope: SCOPE,
  }))
}

function spanId(index: number): string {
  return (index + 1).toString(16).padStart(16, '0')
}

function toResource({ service, resource }: SketchedSpan): Resource {
  return { attributes: new Map([['service.name', service], ...resource]) }
}
