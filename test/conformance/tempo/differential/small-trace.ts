import { idOf } from './random-traces.js'

/** A span of a trace that is written down for a test: a millisecond long, unless it says otherwise. */
export interface SmallSpan {
  readonly name: string
  /** The name of its parent; one that is not there makes it an orphan. */
  readonly parent?: string
  readonly attributes?: SmallAttributes
  readonly events?: readonly SmallAttributes[]
  readonly durationMs?: number
}

/** An integer is a `bigint`, a double a `number`. */
export type SmallAttributes = Readonly<Record<string, SmallValue>>
type SmallValue = string | boolean | bigint | number | readonly SmallValue[]

const NANOS_PER_MS = 1_000_000n

/** The id of the trace of these words. */
export const smallTraceId = (words: string): string => idOf(`trace ${words}`, 32)

/** The OTLP/JSON request of a trace. Its id, and those of its spans, come from these words. */
export function smallTrace(words: string, startMs: number, spans: readonly SmallSpan[]): object {
  const spanId = (name: string): string => idOf(`span ${words} ${name}`, 16)
  const start = BigInt(startMs) * NANOS_PER_MS
  const built = spans.map(({ name, parent, attributes = {}, events = [], durationMs = 1 }) => ({
    traceId: smallTraceId(words),
    spanId: spanId(name),
    parentSpanId: parent === undefined ? '' : spanId(parent),
    name,
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(durationMs) * NANOS_PER_MS),
    attributes: toJson(attributes),
    events: events.map((each) => ({ name: 'event', timeUnixNano: String(start), attributes: toJson(each) })),
  }))
  const resource = { attributes: toJson({ 'service.name': 'shop' }) }
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'lib' }, spans: built }] }] }
}

function toJson(attributes: SmallAttributes): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: toJsonValue(value) }))
}

function toJsonValue(value: SmallValue): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'bigint') return { intValue: String(value) }
  if (typeof value === 'number') return { doubleValue: value }
  return { arrayValue: { values: value.map(toJsonValue) } }
}
