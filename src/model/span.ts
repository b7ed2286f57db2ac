import type { Attributes } from './attributes.js'
import type { TraceId } from './trace-id.js'

/** OpenTelemetry's span kinds, in the order of their numbers in OTLP. */
export const SPAN_KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
export type SpanKind = (typeof SPAN_KINDS)[number]

/** OpenTelemetry's status codes, in the order of their numbers in OTLP. */
export const STATUS_CODES = ['unset', 'ok', 'error'] as const
export type StatusCode = (typeof STATUS_CODES)[number]

export interface SpanStatus {
  readonly code: StatusCode
  readonly message: string
}

export interface Resource {
  readonly attributes: Attributes
}

export interface InstrumentationScope {
  readonly name: string
  readonly version: string
  readonly attributes: Attributes
}

export interface SpanEvent {
  readonly name: string
  readonly timeUnixNano: bigint
  readonly attributes: Attributes
}

export interface SpanLink {
  readonly traceId: TraceId
  readonly spanId: string
  readonly traceState: string
  readonly attributes: Attributes
}

/** One operation of a trace, as OpenTelemetry has it, with the resource and scope it came under. Ids are lower-case hex. */
export interface Span {
  readonly traceId: TraceId
  readonly spanId: string
  /** Undefined for a root span. */
  readonly parentSpanId: string | undefined
  readonly traceState: string
  readonly flags: number
  readonly name: string
  readonly kind: SpanKind
  readonly startTimeUnixNano: bigint
  readonly endTimeUnixNano: bigint
  readonly attributes: Attributes
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]
  readonly status: SpanStatus
  readonly resource: Resource
  readonly scope: InstrumentationScope
}

/** The resource's `service.name`; undefined where it has none or an empty one. */
export function serviceName(resource: Resource): string | undefined {
  const name = resource.attributes.get('service.name')
  return typeof name === 'string' && name !== '' ? name : undefined
}
