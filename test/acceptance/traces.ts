import type { TestTrace } from '../tempo-stand-in/test-trace.js'

let made = 0

export interface TraceOptions {
  readonly endMs: number
  readonly durationMs?: number
  readonly error?: boolean
  readonly service?: string
  readonly name?: string
}

/** A trace of one root and one child, with an id of its own that begins with a zero, as one in sixteen does. */
export function makeTrace({
  endMs,
  durationMs = 20,
  error = false,
  service = 'shop',
  name = 'GET /cart',
}: TraceOptions): TestTrace {
  made += 1
  const traceId = `0${made.toString(16).padStart(31, 'a')}`
  const spanId = made.toString(16).padStart(16, 'b')
  return {
    traceId,
    root: { service, name },
    spans: [{ spanId, service, name: 'work', startMs: endMs - durationMs, durationMs, error }],
  }
}
