import { createHash } from 'node:crypto'
import { SECOND_MS, type Timestamp } from '../../src/model/time.js'

/** The spans of a shop's traces in OTLP/JSON requests. Some traces come in two parts, of which the second is late. */
export interface ShopRequests {
  readonly whole: readonly object[]
  readonly late: readonly object[]
}

interface ShopSpan {
  readonly service: string
  readonly name: string
  readonly kind: number
  /** Milliseconds after the trace starts. */
  readonly startMs: number
  readonly durationMs: number
  readonly isFailed?: boolean
  readonly attributes?: Readonly<Record<string, string | number | boolean | bigint>>
  readonly event?: { readonly name: string; readonly level: string }
  /** The trace it is a repetition of. */
  readonly repeats?: number
  /** The place of its parent among the spans; -1 for one that is never sent, undefined for a root. */
  readonly parent?: number
  readonly isLate?: boolean
}

const TRACES = 360

export interface ShopOptions {
  readonly shop: ShopKind
  readonly traces?: number
}
/** No more, as Tempo forgets spans for good that come two minutes after they started. */
const SPREAD_MS = 95 * SECOND_MS

/** `rooted`: but for a few. `rootless`: no root is ever sent, as where a gateway sends no spans. */
export type ShopKind = 'rooted' | 'rootless'

/** Traces that start in the minute and a half up to this time, each a little different; always the same. */
export function shopRequests(at: Timestamp, { shop, traces = TRACES }: ShopOptions): ShopRequests {
  const whole: object[] = []
  const late: object[] = []
  for (let number = 0; number < traces; number += 1) {
    const startMs = at - SPREAD_MS + Math.floor((number / traces) * SPREAD_MS) + 7
    const spans = spansOf(number, shop)
    whole.push(...requestOf(number, startMs, spans, (span) => span.isLate !== true))
    late.push(...requestOf(number, startMs, spans, (span) => span.isLate === true))
  }
  return { whole, late }
}

/** What of a trace comes late: now and then a failed call, the root, or all but the root. */
type Lateness = 'none' | 'call' | 'root' | 'children'

const LATENESS: ReadonlyMap<number, Lateness> = new Map([
  [3, 'call'],
  [17, 'root'],
  [31, 'children'],
])

function spansOf(number: number, shop: ShopKind): readonly ShopSpan[] {
  const lateness = LATENESS.get(number % 40) ?? 'none'
  const isFailed = number % 9 === 0
  const isSlow = number % 13 === 0
  const isLong = number % 60 === 0
  const root: ShopSpan = {
    service: 'front',
    name: `GET /p${number % 3}`,
    kind: 2,
    startMs: 0,
    durationMs: isLong ? 40 * SECOND_MS : isSlow ? 1500 : 60 + (number % 30),
    isFailed,
    attributes: {
      'http.method': number % 2 === 0 ? 'GET' : 'POST',
      'http.status_code': BigInt(isFailed ? 500 : 200),
      tenant: `t${number % 4}`,
      ...(number % 5 === 0 && { flag: number % 10 === 0 }),
    },
    isLate: lateness === 'root',
    ...((shop === 'rootless' || number % 45 === 7) && { parent: -1 }),
  }
  const calls = Array.from({ length: 1 + (number % 5) }, (_, index): ShopSpan => ({
    service: ['cart', 'checkout', 'db'][index % 3] ?? 'db',
    name: `call ${index}`,
    kind: 3,
    startMs: 1 + index,
    durationMs: isSlow ? 1200 : 10 + index * 7,
    isFailed: isFailed && index === 0,
    attributes: attributesOf(number, index),
    parent: index === 0 ? 0 : index,
    isLate: lateness === 'children' || (lateness === 'call' && index === 0),
    ...(index === 0 && number % 14 === 5 && { repeats: number - 5 }),
    ...(index === 1 &&
      number % 7 < 2 && {
        event: { name: number % 2 === 0 ? 'retry' : 'exception', level: number % 3 === 0 ? 'hi' : 'lo' },
      }),
  }))
  return [root, ...calls]
}

/** The same name has values of several types, as several libraries set them. */
function attributesOf(number: number, index: number): NonNullable<ShopSpan['attributes']> {
  const size =
    [{ size: BigInt(number % 7) }, { size: (number % 7) + 0.5 }, { size: 'big' }, {}][number % 4] ?? {}
  return {
    ...size,
    retries: BigInt(number % 6),
    ...(index === 2 && { 'db.system': number % 2 === 0 ? 'postgresql' : 'redis' }),
  }
}

function hash(words: string, digits: number): string {
  return createHash('sha256').update(words).digest('hex').slice(0, digits)
}

/** Every eighth trace has an id that begins with zeros, which Tempo leaves out. */
const traceIdOf = (number: number): string =>
  number % 8 === 0 ? `00${hash(`shop ${number}`, 30)}` : hash(`shop ${number}`, 32)
const spanIdOf = (number: number, place: number): string =>
  place < 0 ? hash(`never sent ${number}`, 16) : hash(`shop ${number} ${place}`, 16)

function requestOf(
  number: number,
  startMs: Timestamp,
  spans: readonly ShopSpan[],
  isWanted: (span: ShopSpan) => boolean,
): readonly object[] {
  const wanted = spans.flatMap((span, place) => (isWanted(span) ? [{ span, place }] : []))
  if (wanted.length === 0) return []
  const services = [...new Set(wanted.map(({ span }) => span.service))]
  const resourceSpans = services.map((service) => ({
    resource: {
      attributes: toAttributes({
        'service.name': service,
        'k8s.pod.name': `${service}-${number % 2}`,
        size: 3n,
      }),
    },
    scopeSpans: [
      {
        scope: { name: `lib-${service}`, version: '1' },
        spans: wanted
          .filter(({ span }) => span.service === service)
          .map(({ span, place }) => toSpan(number, startMs, span, place)),
      },
    ],
  }))
  return [{ resourceSpans }]
}

function toSpan(number: number, traceStartMs: Timestamp, span: ShopSpan, place: number): object {
  const startMs = traceStartMs + span.startMs
  return {
    traceId: traceIdOf(number),
    spanId: spanIdOf(number, place),
    parentSpanId: span.parent === undefined ? '' : spanIdOf(number, span.parent),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: nanos(startMs),
    endTimeUnixNano: nanos(startMs + span.durationMs),
    status: span.isFailed === true ? { code: 2, message: 'broke' } : {},
    attributes: toAttributes(span.attributes ?? {}),
    links: linksOf(span),
    events:
      span.event === undefined
        ? []
        : [
            { name: 'first', timeUnixNano: nanos(startMs + 1), attributes: toAttributes({ level: 'lo' }) },
            {
              name: span.event.name,
              timeUnixNano: nanos(startMs + 2),
              attributes: toAttributes({ level: span.event.level }),
            },
          ],
  }
}

function linksOf({ repeats }: ShopSpan): readonly object[] {
  if (repeats === undefined) return []
  const attributes = toAttributes({ reason: repeats % 2 === 0 ? 'retry' : 'batch' })
  return [{ traceId: traceIdOf(repeats), spanId: spanIdOf(repeats, 0), attributes }]
}

const nanos = (unixMs: number): string => `${unixMs}000000`

function toAttributes(
  values: Readonly<Record<string, string | number | boolean | bigint>>,
): readonly object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: toValue(value) }))
}

function toValue(value: string | number | boolean | bigint): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return typeof value === 'bigint' ? { intValue: String(value) } : { doubleValue: value }
}
