import { context, createContextKey } from '@opentelemetry/api'

/** The type of `untraced`, for code that is handed it. */
export type Untraced = <T>(work: () => T) => T

// The key that @opentelemetry/core reads. Keys of the same name are the same key, in every copy of the API.
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING')

/**
 * Runs work, and whatever it starts, where the application's OpenTelemetry makes no spans and sends no trace headers:
 * a poll that became a trace would be found by the next poll. Without an OpenTelemetry context manager in the process
 * there is nothing that could carry this, and nothing that carries spans either.
 */
export function untraced<T>(work: () => T): T {
  return context.with(context.active().setValue(SUPPRESS_TRACING, true), work)
}
