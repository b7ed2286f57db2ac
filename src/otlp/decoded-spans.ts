import type { Attributes } from '../model/attributes.js'
import type {
  InstrumentationScope,
  Resource,
  Span,
  SpanEvent,
  SpanLink,
  SpanStatus,
  StatusCode,
} from '../model/span.js'

/** Why a single span of a good request is not kept. */
export type RefusalReason =
  | 'invalid_trace_id'
  | 'invalid_span_id'
  | 'invalid_parent_span_id'
  | 'too_many_items'
  | 'trace_too_large'
  | 'duplicate'

/** How many spans were refused, by reason. */
export type Refusals = ReadonlyMap<RefusalReason, number>

/** The spans of one request: those that are good, and how many are not. */
export interface DecodedSpans {
  readonly spans: readonly Span[]
  readonly refused: Refusals
}

/** Where a decoder puts the spans of a request as it goes. */
export interface SpanSink {
  readonly spans: Span[]
  readonly refused: Map<RefusalReason, number>
}

/** Attribute values nested deeper than this are refused: no SDK writes them, and recursion must end. */
export const MAX_VALUE_DEPTH = 32

// One of each for all spans that have nothing to say: in a window of small spans these are a third of the memory.
export const NO_ATTRIBUTES: Attributes = new Map()
export const NO_EVENTS: readonly SpanEvent[] = []
export const NO_LINKS: readonly SpanLink[] = []
export const NO_RESOURCE: Resource = { attributes: NO_ATTRIBUTES }
export const NO_SCOPE: InstrumentationScope = { name: '', version: '', attributes: NO_ATTRIBUTES }

const BARE_STATUS: Readonly<Record<StatusCode, SpanStatus>> = {
  unset: { code: 'unset', message: '' },
  ok: { code: 'ok', message: '' },
  error: { code: 'error', message: '' },
}

/** A span's status; the same object for all that have no message. */
export function toStatus(code: StatusCode, message: string): SpanStatus {
  return message === '' ? BARE_STATUS[code] : { code, message }
}

/** Adds one refused span to the count. */
export function refuse(refused: Map<RefusalReason, number>, reason: RefusalReason): void {
  refused.set(reason, (refused.get(reason) ?? 0) + 1)
}

export const TRACE_ID_BYTES = 16
export const SPAN_ID_BYTES = 8
const ZERO_TRACE_ID = '0'.repeat(2 * TRACE_ID_BYTES)
const ZERO_SPAN_ID = '0'.repeat(2 * SPAN_ID_BYTES)

/** Whether a trace id that was read is one: there, of the right length and not all zeros. */
export function isTraceId(id: string | undefined): id is string {
  return id !== undefined && id !== '' && id !== ZERO_TRACE_ID
}

/** Whether a span id that was read is one: there, of the right length and not all zeros. */
export function isSpanId(id: string | undefined): id is string {
  return id !== undefined && id !== '' && id !== ZERO_SPAN_ID
}
