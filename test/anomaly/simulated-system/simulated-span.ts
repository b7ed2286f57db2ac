import type { Pod, Service } from './system.js'

export const KIND = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const

/** A span of the simulation. Times are milliseconds since the start of the data, by the right clock. */
export interface SimulatedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly service: Service
  readonly pod: Pod
  readonly scope: string
  readonly name: string
  readonly kind: number
  readonly startMs: number
  readonly endMs: number
  /** Fragments of OTLP JSON, joined by commas; empty where there are none. */
  readonly attributes: string
  readonly events: string
  readonly links: string
  readonly failed: boolean
  readonly message: string
}

/** An attribute as OTLP JSON has it. */
export function attribute(key: string, value: string | number): string {
  const encoded =
    typeof value === 'number' ? `{"intValue":"${value}"}` : `{"stringValue":${JSON.stringify(value)}}`
  return `{"key":${JSON.stringify(key)},"value":${encoded}}`
}
