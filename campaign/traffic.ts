import { randomBytes } from 'node:crypto'
import type { LinesFile } from './lines-file.js'
import type { Sent } from './records.js'

export type SendTraces = () => Promise<void>

/** Sends traces that must be told of: one that is slow and one that failed, each of a service of its own. */
export function createTraffic(url: string, record: LinesFile, run: number): SendTraces {
  return async () => {
    await send('high_latency', 1500, 0)
    await send('error_status', 20, 2)
  }

  async function send(type: string, durationMs: number, statusCode: number): Promise<void> {
    const traceId = randomBytes(16).toString('hex')
    const body = JSON.stringify(encode({ traceId, type, durationMs, statusCode }))
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) })
    if (!response.ok) throw new Error(`the traces were answered with ${response.status}`)
    const sent: Sent = { run, traceId, type }
    record.append(sent)
  }
}

interface SmallTrace {
  readonly traceId: string
  readonly type: string
  readonly durationMs: number
  readonly statusCode: number
}

function encode({ traceId, type, durationMs, statusCode }: SmallTrace): object {
  const end = BigInt(Date.now()) * 1_000_000n
  const span = {
    traceId,
    spanId: traceId.slice(0, 16),
    name: 'work',
    kind: 2,
    startTimeUnixNano: String(end - BigInt(durationMs) * 1_000_000n),
    endTimeUnixNano: String(end),
    status: { code: statusCode },
  }
  const attributes = [{ key: 'service.name', value: { stringValue: `${type}-${traceId.slice(0, 12)}` } }]
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] }
}
