import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { SECOND_MS, type Timestamp } from '../../../../src/model/time.js'
import type { RealTempo } from '../../../peers/tempo.js'

export interface PacedTrace {
  readonly traceId: string
  readonly startMs: Timestamp
  readonly durationMs: number
  readonly isFailed: boolean
  readonly isSlow: boolean
  /** When it comes. */
  readonly arrivesMs: Timestamp
}

export interface PacedOptions {
  readonly start: Timestamp
  /** They start over so long a time. */
  readonly spreadMs: number
  readonly traces: number
  readonly slow: number
  readonly failed: number
  /** About so many of the others come so much later than they ended. */
  readonly late: number
  readonly lateMs: number
  /** No slow or failed trace lies in two stretches of so long: it belongs to one window then. */
  readonly stretchMs: number
}

/** Of the slow and the failed traces one of so many is late. */
const LATE_OF_FOUND = 7

/** Traces of one span, of which the slow, the failed and the late ones are spread out. */
export function buildPacedTraces(options: PacedOptions): readonly PacedTrace[] {
  const { start, spreadMs, traces, slow, failed, late, lateMs, stretchMs } = options
  const isOneOf = (count: number, number: number): boolean =>
    Math.floor(((number + 1) * count) / traces) > Math.floor((number * count) / traces)
  return Array.from({ length: traces }, (_, number): PacedTrace => {
    const [isSlow, isFailed] = [isOneOf(slow, number), isOneOf(failed, number)]
    const durationMs = isSlow ? 1200 : 30
    const startMs = start + inOneStretch(Math.floor((number * spreadMs) / traces) + 1, durationMs, stretchMs)
    const isLate = isSlow || isFailed ? number % LATE_OF_FOUND === 0 : isOneOf(late, number + 7)
    const traceId = hash(`paced ${start} ${number}`, 32)
    const arrivesMs = startMs + durationMs + (isLate ? lateMs : 0)
    return { traceId, startMs, durationMs, isFailed, isSlow, arrivesMs }
  })
}

function inOneStretch(offsetMs: number, durationMs: number, stretchMs: number): number {
  const left = stretchMs - (offsetMs % stretchMs)
  return durationMs < left ? offsetMs : offsetMs + left - durationMs - 1
}

const hash = (words: string, digits: number): string =>
  createHash('sha256').update(words).digest('hex').slice(0, digits)

/** Sends each trace when it comes, until all are sent. */
export async function sendPaced(tempo: RealTempo, traces: readonly PacedTrace[]): Promise<void> {
  const left = traces.toSorted((one, other) => one.arrivesMs - other.arrivesMs)
  while (left.length > 0) {
    const now = Date.now()
    const due = left.findIndex(({ arrivesMs }) => arrivesMs > now)
    const batch = left.splice(0, due < 0 ? left.length : due)
    if (batch.length > 0) await send(tempo, batch)
    await sleep(SECOND_MS / 4)
  }
}

async function send({ otlpUrl }: RealTempo, traces: readonly PacedTrace[]): Promise<void> {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  const response = await fetch(`${otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: traces.map(toSpan) }] }] }),
  })
  if (!response.ok) throw new Error(`Tempo refused spans: ${response.status} ${await response.text()}`)
}

function toSpan({ traceId, startMs, durationMs, isFailed }: PacedTrace): object {
  return {
    traceId,
    spanId: hash(traceId, 16),
    name: 'GET /cart',
    kind: 2,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + durationMs}000000`,
    status: isFailed ? { code: 2 } : {},
  }
}
