import { type OtlpBody, type OtlpSpan, STATUS_ERROR } from './otlp-json.js'

/** A trace as a test writes it down. */
export interface TestTrace {
  /** 32 hex digits. */
  readonly traceId: string
  /**
   * Adds a root span that lasts from the first start to the last end of `spans`, and is the parent of those that have
   * none. Without it a span without parent is a root, and a trace in which every span has a parent lacks its root.
   */
  readonly root?: { readonly service: string; readonly name: string }
  readonly spans: readonly TestSpan[]
}

/** A span as a test writes it down. */
export interface TestSpan {
  /** 16 hex digits. */
  readonly spanId: string
  readonly parentSpanId?: string
  /** Undefined sends a resource without `service.name`. */
  readonly service?: string
  readonly name?: string
  /** Unix milliseconds; one of this and `startTimeUnixNano` is needed. */
  readonly startMs?: number
  readonly startTimeUnixNano?: bigint
  /** One of this and `durationNanos` is needed. */
  readonly durationMs?: number
  readonly durationNanos?: bigint
  readonly error?: boolean
}

const SERVER = 2
const ROOT_SPAN_ID = '00f00f00f00f00f0'

/** The trace as the exporters of its services would send it. Throws where a span has no start or no duration. */
export function encodeTestTrace({ traceId, root, spans }: TestTrace): OtlpBody {
  if (!root) return { resourceSpans: spans.map((span) => encodeSpan(traceId, span)) }
  const starts = spans.map(startOf)
  const ends = spans.map(endOf)
  const start = starts.reduce((a, b) => (b < a ? b : a))
  const end = ends.reduce((a, b) => (b > a ? b : a))
  const rootSpan = { ...root, spanId: ROOT_SPAN_ID, startTimeUnixNano: start, durationNanos: end - start }
  const children = spans.map((span) => ({ parentSpanId: ROOT_SPAN_ID, ...span }))
  return { resourceSpans: [rootSpan, ...children].map((span) => encodeSpan(traceId, span)) }
}

function encodeSpan(traceId: string, span: TestSpan): OtlpBody['resourceSpans'][number] {
  const encoded: OtlpSpan = {
    traceId,
    spanId: span.spanId,
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    name: span.name ?? '',
    kind: SERVER,
    startTimeUnixNano: String(startOf(span)),
    endTimeUnixNano: String(endOf(span)),
    status: span.error === true ? { code: STATUS_ERROR } : {},
  }
  const attributes =
    span.service === undefined ? [] : [{ key: 'service.name', value: { stringValue: span.service } }]
  return { resource: { attributes }, scopeSpans: [{ spans: [encoded] }] }
}

function startOf(span: TestSpan): bigint {
  return span.startTimeUnixNano ?? nanos(span.startMs, span, 'startMs or startTimeUnixNano')
}

function endOf(span: TestSpan): bigint {
  return startOf(span) + (span.durationNanos ?? nanos(span.durationMs, span, 'durationMs or durationNanos'))
}

function nanos(ms: number | undefined, span: TestSpan, expected: string): bigint {
  if (ms === undefined || !Number.isFinite(ms)) throw new Error(`span ${span.spanId}: expected ${expected}`)
  return BigInt(Math.round(ms * 1000)) * 1000n
}
