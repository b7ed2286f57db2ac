import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createTestClock } from '../../../test/test-clock.js'
import type { LogFields, Logger } from '../../telemetry/logger.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { createOtlpGrpcServer } from './grpc-server.js'
import { createSpanWindow } from './span-window.js'

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

interface Answer {
  readonly code: status
  readonly details: string
  readonly bytes: Buffer
  readonly statusDetails: Buffer | undefined
}

interface SendOptions {
  readonly path?: string
  readonly metadata?: Readonly<Record<string, string>>
  readonly compression?: 'identity' | 'deflate' | 'gzip'
}

const COMPRESSIONS = { identity: 0, deflate: 1, gzip: 2 }
const asItIs = (bytes: Buffer): Buffer => bytes

function spansAsProtobuf(count: number): Buffer {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const tracer = provider.getTracer('lib')
  for (let index = 0; index < count; index += 1) tracer.startSpan(`op ${index}`).end()
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? [])
}

async function setUp({ maxBodyBytes = 100_000, maxBytes = 1_000_000, token = '' } = {}) {
  const clock = createTestClock()
  const metrics = createMetrics()
  const warnings: { message: string; fields: LogFields | undefined }[] = []
  const note: Logger['warn'] = (message, fields) => void warnings.push({ message, fields })
  const logger: Logger = { debug: () => {}, info: () => {}, warn: note, error: note }
  const window = createSpanWindow({ maxBytes, maxAgeMs: 3_600_000, clock, metrics })
  const isAllowed = (sent: string | undefined): boolean => token === '' || sent === `Bearer ${token}`
  const grpc = await createOtlpGrpcServer({
    window,
    maxBodyBytes,
    metrics,
    logger,
    clock,
    isAllowed,
  })
  grpc.server.listen(0, '127.0.0.1')
  await once(grpc.server, 'listening')
  // oxlint-disable-next-line no-unsafe-type-assertion
  const { port } = grpc.server.address() as AddressInfo

  function openClient(compression: SendOptions['compression'] = 'identity'): Client {
    const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      'grpc.default_compression_algorithm': COMPRESSIONS[compression],
      'grpc.use_local_subchannel_pool': 1,
    })
    onTestFinished(() => client.close())
    return client
  }
  const clients = {
    identity: openClient(),
    deflate: openClient('deflate'),
    gzip: openClient('gzip'),
  }
  onTestFinished(() => grpc.close())

  function send(bytes: Uint8Array, options: SendOptions = {}): Promise<Answer> {
    const { path = EXPORT, metadata = {}, compression = 'identity' } = options
    const headers = new Metadata()
    for (const [name, value] of Object.entries(metadata)) headers.set(name, value)
    return new Promise((resolve) => {
      clients[compression].makeUnaryRequest(
        path,
        asItIs,
        asItIs,
        Buffer.from(bytes),
        headers,
        (error, answer) => {
          resolve(toAnswer(error, answer))
        },
      )
    })
  }

  /** Calls that have begun and bring no message. */
  async function openCalls(count: number, client = clients.identity) {
    const wanted = clock.sleeping + count
    const calls = Array.from({ length: count }, () => {
      let settle: (answer: Answer) => void
      const answer = new Promise<Answer>((resolve) => (settle = resolve))
      const call = client.makeClientStreamRequest<Buffer, Buffer>(EXPORT, asItIs, asItIs, (error, bytes) =>
        settle(toAnswer(error, bytes)),
      )
      call.on('error', () => {})
      return { call, answer }
    })
    // Each call that was let in has its own deadline.
    await until(() => clock.sleeping === wanted)
    return calls
  }

  /** Waits until no call is held any more, for less than the time that would end each of them anyway. */
  async function allOver(): Promise<void> {
    for (let ms = 0; clock.sleeping > 0; ms += 10) {
      if (ms > 5000) throw new Error(`${clock.sleeping} calls are held still`)
      await clock.advance(10)
    }
  }

  return {
    port,
    allOver,
    close: () => grpc.close(),
    clock,
    warnings,
    send,
    openCalls,
    openClient,
    spans: () => window.overlapping({ start: 0, end: clock.now() * 2 }).flatMap((trace) => trace.spans),
    refusals: async () => {
      const { values } = await metrics.refusedRequests.get()
      return Object.fromEntries(values.map(({ labels, value }) => [labels.status, value]))
    },
  }
}

function toAnswer(error: ServiceError | null, bytes: Buffer | undefined): Answer {
  const [statusDetails] = error?.metadata.get('grpc-status-details-bin') ?? []
  return {
    code: error?.code ?? status.OK,
    details: error?.details ?? '',
    bytes: bytes ?? Buffer.alloc(0),
    statusDetails: typeof statusDetails === 'string' ? Buffer.from(statusDetails) : statusDetails,
  }
}

/** Waits for what happens on other connections. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 100_000; turn += 1) {
    if (await holds()) return
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
  throw new Error('never happened')
}

/** Whether there is an answer after time enough for many. */
async function isAnswered(answer: Promise<Answer> | undefined): Promise<boolean> {
  let answered = false
  void answer?.then(() => (answered = true))
  for (let turn = 0; turn < 500; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
  return answered
}

/** One frame of HTTP/2: https://www.rfc-editor.org/rfc/rfc9113#section-4.1. */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** The headers of a call as HPACK literals, for values that no well-behaved client sends. */
function headersFrame(path: string, more: Readonly<Record<string, string>> = {}): Buffer {
  const headers = { ':method': 'POST', ':scheme': 'http', ':path': path, ':authority': 'localhost', ...more }
  const literals = Object.entries(headers).map(([name, value]) =>
    Buffer.concat([
      Buffer.from([0, name.length]),
      Buffer.from(name, 'latin1'),
      Buffer.from([value.length]),
      Buffer.from(value, 'latin1'),
    ]),
  )
  return frame(1, 4, 1, Buffer.concat(literals))
}

const SETTINGS = frame(4, 0, 0, Buffer.alloc(0))
const RESET = frame(3, 0, 1, Buffer.from([0, 0, 0, 8]))
const GRPC = { 'content-type': 'application/grpc' }

/** Sends these bytes on a connection of their own, until the server ends it or says that it reads no more. */
async function sendRaw(port: number, bytes: Uint8Array): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  const ended = once(socket, 'close')
  let received = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    if (hasGoaway(received)) socket.destroy()
  })
  socket.end(bytes)
  await ended
}

function hasGoaway(frames: Buffer): boolean {
  for (let at = 0; at + 9 <= frames.length; at += 9 + frames.readUIntBE(at, 3)) {
    if (frames[at + 3] === 7) return true
  }
  return false
}

describe('the OTLP/gRPC server', () => {
  it.each(['none', 'gzip'])('receives what the exporter of OpenTelemetry sends: %s', async (compression) => {
    const { port, spans, refusals } = await setUp()
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', compression)
    onTestFinished(() => void vi.unstubAllEnvs())
    const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${port}` })
    const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] })
    const tracer = provider.getTracer('lib')
    tracer.startSpan('GET /cart', { attributes: { 'http.route': '/cart' } }).end()
    tracer.startSpan('x'.repeat(10_000)).end()
    await provider.forceFlush()
    await provider.shutdown()
    expect(spans().map(({ name }) => name)).toEqual(['GET /cart', 'x'.repeat(10_000)])
    expect(spans()[0]?.attributes).toEqual(new Map([['http.route', '/cart']]))
    expect(await refusals()).toEqual({})
  })

  it.each(['identity', 'deflate', 'gzip'] as const)(
    'answers a good request with nothing: %s',
    async (compression) => {
      const { send, spans } = await setUp()
      const answer = await send(spansAsProtobuf(3), { compression })
      expect(answer).toMatchObject({ code: status.OK, bytes: Buffer.alloc(0) })
      expect(spans()).toHaveLength(3)
      expect(await send(spansAsProtobuf(0), { compression })).toMatchObject({ code: status.OK })
    },
  )

  it('takes a request without any bytes for an empty one', async () => {
    const { send } = await setUp()
    expect(await send(Buffer.alloc(0))).toMatchObject({ code: status.OK, bytes: Buffer.alloc(0) })
  })

  it('keeps good spans and tells of the others, as the OpenTelemetry SDK reads it', async () => {
    const { send, spans, warnings } = await setUp()
    const nameless = Buffer.from([0x0a, 4, 0x12, 2, 0x12, 0])
    const answer = await send(Buffer.concat([spansAsProtobuf(1), nameless]))
    expect(answer.code).toBe(status.OK)
    expect(ProtobufTraceSerializer.deserializeResponse(answer.bytes)).toEqual({
      partialSuccess: {
        rejectedSpans: 1,
        errorMessage: '1 refused with a trace id that is not 16 bytes, or all zeros',
      },
    })
    expect(spans()).toHaveLength(1)
    expect(warnings).toHaveLength(1)
  })

  it('takes a span that is sent again for well received', async () => {
    const { send, spans } = await setUp()
    const bytes = spansAsProtobuf(1)
    await send(bytes)
    expect(await send(bytes)).toMatchObject({ code: status.OK, bytes: Buffer.alloc(0) })
    expect(spans()).toHaveLength(1)
  })

  it('refuses bytes that cannot be read, says why, and counts it', async () => {
    const { send, refusals, warnings } = await setUp()
    const answer = await send(Buffer.from([0x0a, 9]))
    expect(answer).toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringContaining('invalid '),
    })
    expect(answer.statusDetails).toBeUndefined()
    expect(await refusals()).toEqual({ INVALID_ARGUMENT: 1 })
    expect(warnings).toEqual([
      { message: 'OTLP request refused', fields: { status: 'INVALID_ARGUMENT', reason: answer.details } },
    ])
  })

  it.each<[string, Buffer, SendOptions['compression']]>([
    ['a message that is too large', Buffer.alloc(100_001), 'identity'],
    ['a message that is too large once it is decompressed', Buffer.alloc(10_000_000), 'gzip'],
  ])('refuses %s for good, and counts it', async (_what, bytes, compression = 'identity') => {
    const { send, refusals, spans } = await setUp()
    const answer = await send(bytes, { compression })
    expect(answer).toMatchObject({ code: status.RESOURCE_EXHAUSTED, statusDetails: undefined })
    expect(answer.details).toMatch(/large/)
    await until(async () => Object.keys(await refusals()).length > 0)
    expect(await refusals()).toEqual({ CANCELLED: 1 })
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
    expect(spans()).toHaveLength(1)
  })

  it('takes a message of just the largest size', async () => {
    const { send } = await setUp()
    // A field that nobody knows: its tag, and its length in three bytes.
    const bytes = Buffer.concat([Buffer.from([0x7a, 0x9c, 0x8d, 0x06]), Buffer.alloc(99_996)])
    expect(bytes).toHaveLength(100_000)
    expect((await send(bytes)).code).toBe(status.OK)
    expect((await send(bytes, { compression: 'gzip' })).code).toBe(status.OK)
  })

  it.each([
    ['gzip that is not', 'gzip', Buffer.from([1, 0, 0, 0, 1, 5])],
    [
      'gzip that is cut',
      'gzip',
      Buffer.concat([Buffer.from([1, 0, 0, 0, 15]), gzipSync('{}').subarray(0, 15)]),
    ],
    ['another compression', 'snappy', Buffer.from([1, 0, 0, 0, 1, 5])],
  ])('refuses %s, and goes on', async (_what, encoding, message) => {
    const { port, send, refusals, spans, allOver } = await setUp()
    const call = [headersFrame(EXPORT, { ...GRPC, 'grpc-encoding': encoding }), frame(0, 1, 1, message)]
    await sendRaw(port, Buffer.concat([Buffer.from(PREFACE), SETTINGS, ...call]))
    await until(async () => Object.keys(await refusals()).length > 0)
    await allOver()
    expect(spans()).toEqual([])
    expect(await refusals()).toEqual({ CANCELLED: 1 })
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
  })

  it.each([
    '/opentelemetry.proto.collector.trace.v1.TraceService/Import',
    '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  ])('does not know %s', async (path) => {
    const { send } = await setUp()
    expect((await send(spansAsProtobuf(1), { path })).code).toBe(status.UNIMPLEMENTED)
  })

  it.each<[string, Readonly<Record<string, string>>]>([
    ['no token', {}],
    ['another token', { authorization: 'Bearer sesame2' }],
    ['the token without its scheme', { authorization: 'sesame' }],
  ])('turns away who sends %s, before reading a message', async (_what, metadata) => {
    const { send, spans, refusals } = await setUp({ token: 'sesame' })
    const answer = await send(Buffer.alloc(1_000_000), { metadata })
    expect(answer).toMatchObject({
      code: status.UNAUTHENTICATED,
      details: 'a bearer token is needed: authorization: Bearer <TRACEBELL_TOKEN>',
    })
    expect(await refusals()).toEqual({ UNAUTHENTICATED: 1 })
    expect(spans()).toEqual([])
  })

  it('lets in who sends the token', async () => {
    const { send, spans } = await setUp({ token: 'sesame' })
    const answer = await send(spansAsProtobuf(1), { metadata: { authorization: 'Bearer sesame' } })
    expect(answer.code).toBe(status.OK)
    expect(spans()).toHaveLength(1)
  })

  it('writes nothing by itself, least of all a token that it cannot read', async () => {
    const write = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => write.mockRestore())
    const { port, allOver } = await setUp({ token: 's3cr\xe9t' })
    const headers = headersFrame(EXPORT, { ...GRPC, authorization: 'Bearer s3cr\xe9t' })
    await sendRaw(port, Buffer.concat([Buffer.from(PREFACE), SETTINGS, headers]))
    await allOver()
    expect(write).not.toHaveBeenCalled()
  })

  it('reads four calls at a time, and the next one as soon as one of them is whole', async () => {
    const { send, openCalls, spans } = await setUp()
    const [first] = await openCalls(4)
    const later = [send(spansAsProtobuf(1)), send(spansAsProtobuf(1))]
    first?.call.write(spansAsProtobuf(1))
    expect(await isAnswered(later[0])).toBe(false)
    expect(spans()).toEqual([])
    first?.call.end()
    expect((await first?.answer)?.code).toBe(status.OK)
    expect((await Promise.all(later)).map(({ code }) => code)).toEqual([status.OK, status.OK])
    expect(spans()).toHaveLength(3)
  })

  it('lets the next one wait a while where calls ran out of time: they may be decompressed still', async () => {
    const { send, openCalls, clock } = await setUp()
    const calls = await openCalls(4)
    await clock.advance(5000)
    const later = send(spansAsProtobuf(1))
    await until(() => clock.sleeping === 5)
    await clock.advance(5000)
    await Promise.all(calls.map(({ answer }) => answer))
    await clock.advance(999)
    expect(await isAnswered(later)).toBe(false)
    await clock.advance(1)
    expect((await later).code).toBe(status.OK)
  })

  it('lets the next one begin at once where a call is given up before it brought anything', async () => {
    const { send, openCalls } = await setUp()
    const [first] = await openCalls(4)
    const later = send(spansAsProtobuf(1))
    first?.call.cancel()
    expect((await later).code).toBe(status.OK)
  })

  it('turns calls away while too many are in flight, tells when to come again, and takes them again after', async () => {
    const { send, openCalls, openClient, refusals, allOver } = await setUp()
    const first = await openCalls(200)
    const others = await openCalls(56, openClient())
    const answer = await send(spansAsProtobuf(1))
    const message = 'overloaded: 256 requests are being received already'
    expect(answer).toMatchObject({ code: status.RESOURCE_EXHAUSTED, details: message })
    expect(answer.statusDetails).toEqual(
      Buffer.concat([
        Buffer.from([0x08, 8, 0x12, message.length]),
        Buffer.from(message),
        Buffer.from([0x1a, 48, 0x0a, 40]),
        Buffer.from('type.googleapis.com/google.rpc.RetryInfo'),
        Buffer.from([0x12, 4, 0x0a, 2, 0x08, 1]),
      ]),
    )
    expect(await refusals()).toEqual({ RESOURCE_EXHAUSTED: 1 })
    for (const { call } of [...first, ...others]) call.cancel()
    await allOver()
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
  })

  it('ends calls that are not whole in time, those that wait too, and has room again', async () => {
    const { send, openCalls, clock, refusals } = await setUp()
    const calls = await openCalls(6)
    await clock.advance(9999)
    expect(await refusals()).toEqual({})
    await clock.advance(1)
    const answers = await Promise.all(calls.map(({ answer }) => answer))
    expect(new Set(answers.map(({ code, details }) => `${code} ${details}`))).toEqual(
      new Set(['4 the call was not whole within 10 s']),
    )
    expect(await refusals()).toEqual({ DEADLINE_EXCEEDED: 6 })
    await clock.advance(1000)
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
    expect(clock.sleeping).toBe(0)
  })

  it('refuses a second message in a call, and one without any', async () => {
    const { openCalls, refusals, spans } = await setUp()
    const [two, none] = await openCalls(2)
    two?.call.write(spansAsProtobuf(1))
    two?.call.write(spansAsProtobuf(1))
    expect((await two?.answer)?.code).toBe(status.UNIMPLEMENTED)
    none?.call.end()
    expect((await none?.answer)?.code).toBe(status.UNIMPLEMENTED)
    expect(await refusals()).toEqual({ UNIMPLEMENTED: 2 })
    expect(spans()).toEqual([])
  })

  it('closes at once where clients are idle, and cuts those that are not after a while', async () => {
    const idle = await setUp()
    await idle.send(spansAsProtobuf(1))
    await idle.close()

    const busy = await setUp()
    const [open] = await busy.openCalls(1)
    await busy.close()
    expect((await open?.answer)?.code).toBe(status.UNAVAILABLE)
    await busy.allOver()
  })

  it.each<[string, readonly Buffer[]]>([
    ['an unknown path', [headersFrame('/x/Y', GRPC), RESET]],
    ['a path that is no text', [headersFrame('/\x80\xff%', GRPC)]],
    ['no content type', [headersFrame(EXPORT), RESET]],
    ['a reset at once', [headersFrame(EXPORT, GRPC), RESET]],
    ['a message and a reset', [headersFrame(EXPORT, GRPC), frame(0, 1, 1, Buffer.alloc(5)), RESET]],
    ['a timeout that is none', [headersFrame(EXPORT, { ...GRPC, 'grpc-timeout': 'soon' }), RESET]],
    ['an encoding that is no text', [headersFrame(EXPORT, { ...GRPC, 'grpc-encoding': 'b\xe9"r' })]],
    ['binary metadata that is none', [headersFrame(EXPORT, { ...GRPC, 'x-bin': '!' })]],
    ['a goaway', [headersFrame('/x/Y', GRPC), frame(7, 0, 0, Buffer.alloc(8))]],
    ['HTTP/1', [Buffer.from('POST /v1/traces HTTP/1.1\r\nhost: x\r\n\r\n')]],
  ])('survives %s', async (_what, frames) => {
    const { port, send, allOver } = await setUp()
    await sendRaw(port, Buffer.concat([Buffer.from(PREFACE), SETTINGS, ...frames]))
    await allOver()
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
  })

  it('answers whatever message it is sent, and goes on', async () => {
    const { send, spans, allOver } = await setUp({ maxBodyBytes: 5000 })
    const valid = spansAsProtobuf(2)
    const damaged = fc
      .tuple(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length))
      .map(([at, byte, length]) => {
        const bytes = Buffer.from(valid)
        bytes[at] = byte
        return bytes.subarray(0, length)
      })
    const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged)
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom('identity', 'gzip'), async (bytes, compression) => {
        const { code } = await send(bytes, { compression })
        expect([status.OK, status.INVALID_ARGUMENT]).toContain(code)
      }),
      { numRuns: 300 },
    )
    const before = spans().length
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
    expect(spans()).toHaveLength(before + 1)
    await allOver()
  })

  it('survives whatever is sent on a connection', async () => {
    const { port, send, clock } = await setUp()
    const frames = fc
      .array(fc.tuple(fc.nat(12), fc.nat(255), fc.constantFrom(0, 1, 3), fc.uint8Array({ maxLength: 60 })), {
        maxLength: 8,
      })
      .map((list) =>
        list.map(([type, flags, stream, payload]) => frame(type, flags, stream, Buffer.from(payload))),
      )
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.boolean(), frames, async (hasPreface, hasCall, more) => {
        const start = hasPreface ? [Buffer.from(PREFACE), SETTINGS] : []
        const call = hasCall ? [headersFrame(EXPORT, GRPC)] : []
        await sendRaw(port, Buffer.concat([...start, ...call, ...more]))
      }),
      { numRuns: 200 },
    )
    // Some calls are only given up when their time is over: Node tells nobody of a connection that broke the protocol.
    await clock.advance(11_000)
    expect(clock.sleeping).toBe(0)
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
  })
})
