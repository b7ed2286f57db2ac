import { encodeSpans } from './encode-spans.js'
import { createRandom, type Random } from './random.js'
import { makeTrace, SESSION, type ShopSpan } from './shop.js'

/** A prepared OTLP request that is made new before each sending, so that no span is ever sent twice. */
export interface LoadBody {
  /** The protobuf bytes, after the five bytes that gRPC puts before a message. */
  readonly framed: Buffer
  readonly spans: number
  readonly traces: number
  /** Gives all its traces and spans ids of their own for this number, which must never come again. */
  renew(sequence: number): void
  /** The trace that stands first in it, as it is now. */
  firstTrace(): { readonly traceId: string; readonly spans: number }
}

export const SPANS_A_BODY = 500
const GRPC_PREFIX_BYTES = 5
/** The two bytes before an id in a message: its tag and its length. */
const ID_HEAD_BYTES = 2
const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8
/** The traces of a load began within so long before it was made. */
export const STARTED_WITHIN_MS = 20_000

/** Bodies of 500 spans each, the same for the same seed but for the times, which end about `nowMs`. */
export function makeBodies(count: number, seed: number, nowMs: number): readonly LoadBody[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => makeBody(random, nowMs))
}

function makeBody(random: Random, nowMs: number): LoadBody {
  const spans: ShopSpan[] = []
  while (spans.length < SPANS_A_BODY) {
    const startMs = nowMs - Math.floor((0.2 + 0.8 * random()) * STARTED_WITHIN_MS)
    // The last trace is cut: some spans of real traces are late or lost, too.
    spans.push(...makeTrace(random, startMs).slice(0, SPANS_A_BODY - spans.length))
  }
  const encoded = encodeSpans(spans)
  const framed = Buffer.alloc(GRPC_PREFIX_BYTES + encoded.length)
  framed.writeUInt32BE(encoded.length, 1)
  framed.set(encoded, GRPC_PREFIX_BYTES)
  return createBody(framed, spans)
}

function createBody(framed: Buffer, spans: readonly ShopSpan[]): LoadBody {
  const { ids, sessions, firstTraceAt } = findPlaces(framed, spans)
  const places = Uint32Array.from(ids)
  const bases = Uint32Array.from(ids, (at) => framed.readUInt32BE(at))
  const view = new DataView(framed.buffer, framed.byteOffset, framed.length)
  const first = spans[0]?.traceId ?? Buffer.alloc(0)
  return {
    framed,
    spans: spans.length,
    traces: new Set(spans.map(({ traceId }) => traceId)).size,
    renew: (sequence) => {
      const change = scramble(sequence)
      for (let index = 0; index < places.length; index += 1) {
        view.setUint32(places[index] ?? 0, (bases[index] ?? 0) ^ change)
      }
      for (const [index, at] of sessions.entries()) {
        framed.write(((change ^ index) >>> 0).toString(16).padStart(8, '0'), at, 'latin1')
      }
    },
    firstTrace: () => ({
      traceId: framed.toString('hex', firstTraceAt, firstTraceAt + TRACE_ID_BYTES),
      spans: spans.filter(({ traceId }) => traceId === first).length,
    }),
  }
}

/** A different number for each number of 32 bits, far from those of its neighbours. */
function scramble(sequence: number): number {
  return Math.imul(sequence, 0x9e3779b1)
}

/** Where the ids and the session texts stand. A parent's id is changed as its span's own, so that they stay equal. */
function findPlaces(framed: Buffer, spans: readonly ShopSpan[]) {
  const ids = spans.flatMap((span) => {
    const traceIdAt = findSpan(framed, span)
    const spanIdAt = traceIdAt + TRACE_ID_BYTES + ID_HEAD_BYTES
    const parentIdAt = spanIdAt + SPAN_ID_BYTES + ID_HEAD_BYTES
    return span.parentSpanId === undefined ? [traceIdAt, spanIdAt] : [traceIdAt, spanIdAt, parentIdAt]
  })
  const sessions: number[] = []
  for (let at = framed.indexOf(SESSION); at >= 0; at = framed.indexOf(SESSION, at + 1)) sessions.push(at)
  return { ids, sessions, firstTraceAt: spans[0] === undefined ? 0 : findSpan(framed, spans[0]) }
}

/** Where a span's trace id stands, which the encoder puts right before its own id. */
function findSpan(framed: Buffer, { traceId, spanId }: ShopSpan): number {
  const head = Buffer.concat([traceId, Buffer.of(0x12, SPAN_ID_BYTES), spanId])
  const at = framed.indexOf(head)
  if (at < 0) throw new Error(`the encoded load lacks the span ${spanId.toString('hex')}`)
  return at
}
