import { type Span, trace } from '@opentelemetry/api'

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

/** The engine's own span while it is open. */
export interface OpenSpan {
  set(attributes: SpanAttributes): void
  /** Records that the work failed, where it does not throw. */
  fail(message: string): void
}

/**
 * The engine's own spans. None ever has the status of an error: where they end up in the traces that the engine
 * watches, a failure of its own would be an error trace that it finds, and so on for ever. A failure is told by the
 * attributes `error.type` and `tracebell.failure`, its message.
 */
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

/** What `error.type` is where there is no better: https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/ */
const UNTYPED = '_OTHER'

function openSpan(span: Span): OpenSpan {
  return {
    set: (attributes) => {
      span.setAttributes(attributes)
    },
    fail: (message) => {
      span.setAttributes(failure(UNTYPED, message))
    },
  }
}

function recordError(span: Span, error: unknown): void {
  const known = error instanceof Error ? error : new Error('threw something that is not an error')
  span.recordException(known)
  span.setAttributes(failure(known.name, known.message))
}

function failure(errorType: string, message: string): SpanAttributes {
  return { 'error.type': errorType, 'tracebell.failure': message }
}
