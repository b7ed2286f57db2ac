import { randomBytes } from 'node:crypto'

/** A trace as it was sent, with what must be found of it. */
export interface SentTrace {
  readonly traceId: string
  /** When it was sent, and when it starts; Unix milliseconds. */
  readonly sentMs: number
  readonly startMs: number
  readonly durationMs: number
  readonly error: boolean
  /** Whether its root span was sent. */
  readonly rooted: boolean
}

export interface PushOptions {
  /** How long ago the trace ended. */
  readonly endedMsAgo?: number
  readonly durationMs?: number
  readonly error?: boolean
  readonly rooted?: boolean
  /** Begins with this many zeros. */
  readonly leadingZeros?: number
}

/** Sends one trace of one service over OTLP/HTTP, stamped with the machine's clock. */
export async function pushTrace(otlpUrl: string, options: PushOptions = {}): Promise<SentTrace> {
  const { endedMsAgo = 0, durationMs = 20, error = false, rooted = true, leadingZeros = 0 } = options
  const sentMs = Date.now()
  const endMs = sentMs - endedMsAgo
  const traceId = randomBytes(16).toString('hex').slice(leadingZeros).padStart(32, '0')
  const sent: SentTrace = { traceId, sentMs, startMs: endMs - durationMs, durationMs, error, rooted }
  const span = {
    traceId,
    spanId: randomBytes(8).toString('hex'),
    parentSpanId: rooted ? '' : randomBytes(8).toString('hex'),
    name: 'GET /cart',
    kind: 2,
    startTimeUnixNano: `${sent.startMs}000000`,
    endTimeUnixNano: `${endMs}000000`,
    status: error ? { code: 2 } : {},
  }
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  const response = await fetch(`${otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }),
  })
  if (!response.ok) throw new Error(`Tempo refused a span: ${response.status} ${await response.text()}`)
  return sent
}
