import { SpanStatusCode } from '@opentelemetry/api'

/** Does the work inside a span of the tracer, and records how it failed; `time` as the shop has it. */
export function within(tracer, time, name, options, work) {
  return tracer.startActiveSpan(name, { ...options, startTime: time.now() }, async (span) => {
    try {
      return await work(span)
    } catch (error) {
      span.recordException(error, time.now())
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message })
      throw error
    } finally {
      span.end(time.now())
    }
  })
}
