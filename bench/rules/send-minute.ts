import { createHash } from 'node:crypto'
import type { Interval } from '../../src/model/time.js'

export interface MinuteOptions extends Interval {
  /** Traces of different names are not the same. */
  readonly name?: string
  readonly traces: number
}

export interface SentMinute {
  readonly traces: number
  readonly spans: number
  readonly failed: number
  readonly slow: number
}

const TRACES_A_REQUEST = 50
const SERVICES = ['front', 'cart', 'checkout', 'payment', 'db', 'mail'] as const

/** Sends traces of six spans that start evenly in a stretch of time: 1 in 55 failed, 1 in 29 slow; always the same. */
export async function sendMinute(
  otlpUrl: string,
  { name = 'minute', traces, start, end }: MinuteOptions,
): Promise<SentMinute> {
  let batch: Sendable[] = []
  for (let number = 0; number < traces; number += 1) {
    batch.push(...spansOf(name, number, start + Math.floor(((end - start - 2000) * number) / traces) + 1))
    if (batch.length < TRACES_A_REQUEST * SERVICES.length && number < traces - 1) continue
    await send(otlpUrl, batch)
    batch = []
  }
  return {
    traces,
    spans: traces * SERVICES.length,
    failed: Math.ceil(traces / 55),
    slow: Math.ceil(traces / 29),
  }
}

interface Sendable {
  readonly service: number
  readonly span: object
}

function spansOf(name: string, number: number, startMs: number): readonly Sendable[] {
  const isFailed = number % 55 === 0
  const isSlow = number % 29 === 0
  return SERVICES.map((_, place) => ({
    service: place,
    span: {
      traceId: hash(`${name} ${number}`, 32),
      spanId: hash(`${name} ${number} ${place}`, 16),
      parentSpanId: place === 0 ? '' : hash(`${name} ${number} ${Math.min(place - 1, 3)}`, 16),
      name: place === 0 ? `GET /p${number % 7}` : `op${place}`,
      kind: place === 0 ? 2 : 3,
      startTimeUnixNano: `${startMs + place}000000`,
      endTimeUnixNano: `${startMs + (isSlow ? 1500 : place === 0 ? 50 + (number % 40) : 20)}000000`,
      status: isFailed && place < 3 ? { code: 2 } : {},
      attributes: attributesOf(number, place, isFailed),
    },
  }))
}

function attributesOf(number: number, place: number, isFailed: boolean): readonly object[] {
  const text = (key: string, stringValue: string): object => ({ key, value: { stringValue } })
  const int = (key: string, value: number): object => ({ key, value: { intValue: String(value) } })
  if (place === 0) {
    return [
      text('http.route', `/p${number % 7}`),
      text('tenant', `t${number % 20}`),
      int('http.response.status_code', isFailed ? 500 : 200),
    ]
  }
  return [
    text('db.system', place === 4 ? 'postgresql' : 'redis'),
    int('retries', number % 5 === 0 ? place : 0),
  ]
}

function hash(words: string, digits: number): string {
  return createHash('sha256').update(words).digest('hex').slice(0, digits)
}

async function send(otlpUrl: string, batch: readonly Sendable[]): Promise<void> {
  const resourceSpans = SERVICES.map((name, service) => ({
    resource: { attributes: [{ key: 'service.name', value: { stringValue: name } }] },
    scopeSpans: [{ spans: batch.filter((each) => each.service === service).map(({ span }) => span) }],
  }))
  const response = await fetch(`${otlpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ resourceSpans }),
  })
  if (!response.ok) throw new Error(`Tempo refused spans: ${response.status} ${await response.text()}`)
}
