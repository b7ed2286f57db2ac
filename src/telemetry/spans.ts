import { type Span, SpanStatusCode, trace } from '@opentelemetry/api'

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

/** The engine's own span while it is open. */
export interface OpenSpan {
  set(attributes: SpanAttributes): void
  /** Marks the span as failed, where the work does not throw. */
  fail(message: string): void
}

/** The engine's own spans. */
export interface Spans {
  /** Does the work within a span, which ends with it, and rejects as the work does: its error is recorded. */
  within<T>(name: string, attributes: SpanAttributes, work: (span: OpenSpan) => Promise<T>): Promise<T>
}

/** Spans through the OpenTelemetry API, to whatever provider is registered when each begins. */
export function createSpans(): Spans {
  return {
    within: (name, attributes, work) =>
      trace.getTracer('tracebell').startActiveSpan(name, { attributes }, async (span) => {
        try {
          return await work(openSpan(span))
        } catch (error) {
          recordError(span, error)
          throw error
        } finally {
          span.end()
        }
      }),
  }
}

/** Makes no spans, and does the work. */
export const noSpans: Spans = {
  within: async (_name, _attributes, work) => work({ set: () => {}, fail: () => {} }),
}

function openSpan(span: Span): OpenSpan {
  return {
    set: (attributes) => {
      span.setAttributes(attributes)
    },
    fail: (message) => {
      span.setStatus({ code: SpanStatusCode.ERROR, message })
    },
  }
}

function recordError(span: Span, error: unknown): void {
  const known = error instanceof Error ? error : new Error('threw something that is not an error')
  span.recordException(known)
  span.setStatus({ code: SpanStatusCode.ERROR, message: known.message })
}
