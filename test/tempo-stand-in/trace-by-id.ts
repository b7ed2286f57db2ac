import { type Answer, jsonAnswer, textAnswer } from './answer.js'
import type { Batch } from './live-store.js'
import type { OtlpResourceSpans, OtlpScopeSpans, OtlpSpan } from './otlp-json.js'

/** Which of the two forms of trace by id: v1 says 404 of an unknown trace, v2 says 200 and nothing. */
export type TraceApi = 'v1' | 'v2'

/** The trace id that a path asks for, padded to 32 digits; `error` in Tempo's words. */
export function parsePathTraceId(text: string): { readonly traceId: string } | { readonly error: string } {
  const at = text.search(/[^0-9a-f]/i)
  if (at !== -1) {
    return {
      error: `trace IDs can only contain hex characters: invalid character '${text[at]}' at position ${at + 1}`,
    }
  }
  if (text.length > 32) return { error: "trace IDs can't be larger than 128 bits" }
  return { traceId: text.toLowerCase().padStart(32, '0') }
}

/** Answers `/api/traces/{id}` (v1) and `/api/v2/traces/{id}` from what was pushed so far. */
export function answerTraceById(batches: readonly Batch[], api: TraceApi): Answer {
  if (batches.length === 0) {
    return api === 'v1'
      ? { status: 404, headers: { vary: 'Accept-Encoding' }, body: '' }
      : jsonAnswer({ trace: {}, metrics: {} })
  }
  const resourceSpans = encodeBatches(batches)
  return jsonAnswer(api === 'v1' ? { batches: resourceSpans } : { trace: { resourceSpans }, metrics: {} })
}

/** Answers an id that is no trace id. */
export function answerBadTraceId(error: string): Answer {
  return textAnswer(400, error)
}

// A span that came twice in different pushes is shown once.
function encodeBatches(batches: readonly Batch[]): readonly unknown[] {
  const known = new Set<string>()
  const encoded: unknown[] = []
  for (const batch of batches) {
    encoded.push(...batch.resourceSpans.flatMap((resourceSpans) => encodeResource(resourceSpans, known)))
    for (const span of batch.spans) known.add(span.spanId)
  }
  return encoded
}

function encodeResource({ resource, scopeSpans }: OtlpResourceSpans, known: ReadonlySet<string>): unknown[] {
  const fresh = scopeSpans.flatMap((scope) => encodeScope(scope, known))
  return fresh.length === 0 ? [] : [{ resource: withoutEmpty(resource ?? {}), scopeSpans: fresh }]
}

function encodeScope({ scope, spans }: OtlpScopeSpans, known: ReadonlySet<string>): unknown[] {
  const fresh = spans.filter((span) => !known.has(span.spanId.toLowerCase()))
  return fresh.length === 0 ? [] : [{ scope: scope ?? {}, spans: fresh.map(encodeSpan) }]
}

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
const STATUS_CODES = ['', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR']

// As protobuf's JSON writes it: ids in base64, enums by name, and nothing that has its default value.
function encodeSpan(span: OtlpSpan): unknown {
  return withoutEmpty({
    ...span,
    traceId: base64(span.traceId),
    spanId: base64(span.spanId),
    parentSpanId: base64(span.parentSpanId ?? ''),
    kind: span.kind ? `SPAN_KIND_${KINDS[span.kind] ?? span.kind}` : '',
    links: span.links?.map((link) => ({
      ...link,
      traceId: base64(link.traceId),
      spanId: base64(link.spanId),
    })),
    status: withoutEmpty({
      message: span.status?.message,
      code: STATUS_CODES[span.status?.code ?? 0],
    }),
  })
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}

function withoutEmpty(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const kept = Object.entries(record).filter(
    ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(kept)
}
