import { once } from 'node:events'
import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Session,
  type OutgoingHttpHeaders,
} from 'node:http2'
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
import { createTestClock, type TestClock } from '../../../test/test-clock.js'
import type { LogFields, Logger } from '../../telemetry/logger.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { createOtlpGrpcServer } from './grpc-server.js'
import { createTraceWindow } from '../window/trace-window.js'

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const GRPC = { 'content-type': 'application/grpc' }
const LOOK_EVERY_MS = 30_000
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
  const window = createTraceWindow({ maxBytes, maxAgeMs: 3_600_000, clock, metrics })
  const isAllowed = (sent: string | undefined): boolean => token === '' || sent === `Bearer ${token}`
  const grpc = createOtlpGrpcServer({
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

  /** Calls in flight: each has its own deadline. The server itself sleeps between two looks at its connections. */
  const inFlight = (): number => clock.sleeping - 1

  /** Calls that have begun and bring no message. */
  async function openCalls(count: number, client = clients.identity) {
    const wanted = inFlight() + count
    const calls = Array.from({ length: count }, () => {
      let settle: (answer: Answer) => void
      const answer = new Promise<Answer>((resolve) => (settle = resolve))
      const call = client.makeClientStreamRequest<Buffer, Buffer>(EXPORT, asItIs, asItIs, (error, bytes) =>
        settle(toAnswer(error, bytes)),
      )
      call.on('error', () => {})
      return { call, answer }
    })
    await until(() => inFlight() === wanted)
    return calls
  }

  /** Waits until no call is held any more, without any time passing. */
  const allOver = (): Promise<void> => until(() => inFlight() === 0)

  function connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      grpc.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
    })
  }

  /** Waits until all is over but what our own clients hold: of a connection that broke the protocol Node tells nobody. */
  async function noneIsLeft(): Promise<void> {
    for (let look = 0; look < 2; look += 1) await clock.advance(LOOK_EVERY_MS)
    await until(async () => inFlight() === 0 && (await connections()) === 0)
  }

  return {
    port,
    noneIsLeft,
    server: grpc.server,
    inFlight,
    allOver,
    connections,
    close: () => grpc.close(),
    clock,
    warnings,
    send,
    openCalls,
    openClient,
    spans: () => [...window.overlapping({ start: 0, end: clock.now() * 2 })].flatMap((trace) => trace.spans),
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

interface HandMade {
  readonly headers?: OutgoingHttpHeaders
  /** What the body is sent in. */
  readonly pieces?: readonly Buffer[]
  /** Whether the body is ended. */
  readonly ends?: boolean
}

/** A client of HTTP/2 that knows nothing of gRPC. */
function openHttp2(port: number): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  onTestFinished(() => session.destroy())
  return session
}

/** Sends what no client of gRPC would; answers with what comes back, headers and trailers together. */
async function sendByHand(session: ClientHttp2Session, { headers, pieces = [], ends = true }: HandMade) {
  const request = session.request({
    ':method': 'POST',
    ':path': EXPORT,
    ...GRPC,
    ...headers,
  })
  const got: Record<string, unknown> = {}
  let text = ''
  request.on('error', () => {})
  request.on('response', (more) => Object.assign(got, more))
  request.on('trailers', (more) => Object.assign(got, more))
  request.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  for (const piece of pieces) request.write(piece)
  if (ends) request.end()
  await new Promise((resolve) => request.on('close', resolve))
  return { got, text, rstCode: request.rstCode }
}

/** A message as it is sent: its flag, its length and its bytes. */
function prefixed(bytes: Buffer, flag = 0, length = bytes.length): Buffer {
  const prefix = Buffer.alloc(5)
  prefix[0] = flag
  prefix.writeUInt32BE(length, 1)
  return Buffer.concat([prefix, bytes])
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

/** The same frame for another stream. */
function onStream(bytes: Buffer, stream: number): Buffer {
  const copy = Buffer.from(bytes)
  copy.writeUInt32BE(stream, 5)
  return copy
}

const SETTINGS = frame(4, 0, 0, Buffer.alloc(0))
const RESET = frame(3, 0, 1, Buffer.from([0, 0, 0, 8]))

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
    expect(new Set(spans().map(({ name }) => name))).toEqual(new Set(['GET /cart', 'x'.repeat(10_000)]))
    const cart = spans().find(({ name }) => name === 'GET /cart')
    expect(cart?.attributes.get('http.route')).toBe('/cart')
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
    ['a message that deflate made small', Buffer.alloc(10_000_000), 'deflate'],
  ])('refuses %s for good, and counts it', async (_what, bytes, compression = 'identity') => {
    const { send, refusals, spans } = await setUp()
    expect(await send(bytes, { compression })).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: 'request body too large: at most 100000 bytes are taken',
      statusDetails: undefined,
    })
    expect(await refusals()).toEqual({ RESOURCE_EXHAUSTED: 1 })
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
    expect(spans()).toHaveLength(1)
  })

  it('refuses a message that is too large from its prefix, and unread', async () => {
    const { port, refusals, allOver } = await setUp()
    const { got } = await sendByHand(openHttp2(port), {
      pieces: [prefixed(Buffer.alloc(10), 0, 100_001)],
      ends: false,
    })
    expect(got).toMatchObject({ ':status': 200, 'grpc-status': '8' })
    expect(await refusals()).toEqual({ RESOURCE_EXHAUSTED: 1 })
    await allOver()
  })

  it('takes a message of just the largest size', async () => {
    const { send } = await setUp()
    // A field that nobody knows: its tag, and its length in three bytes.
    const bytes = Buffer.concat([Buffer.from([0x7a, 0x9c, 0x8d, 0x06]), Buffer.alloc(99_996)])
    expect(bytes).toHaveLength(100_000)
    expect((await send(bytes)).code).toBe(status.OK)
    expect((await send(bytes, { compression: 'gzip' })).code).toBe(status.OK)
  })

  const GZIP = { 'grpc-encoding': 'gzip' }
  it.each<[string, keyof typeof status, HandMade, RegExp]>([
    ['no message', 'UNIMPLEMENTED', {}, /^none in a call that takes one message$/],
    [
      'half a prefix',
      'INVALID_ARGUMENT',
      { pieces: [Buffer.alloc(4)] },
      /ended before its message was whole/,
    ],
    ['half a message', 'INVALID_ARGUMENT', { pieces: [prefixed(Buffer.alloc(9), 0, 10)] }, /ended before/],
    [
      'two messages',
      'UNIMPLEMENTED',
      { pieces: [prefixed(Buffer.alloc(0)), Buffer.alloc(5)] },
      /^more than one/,
    ],
    ['a byte too many', 'UNIMPLEMENTED', { pieces: [Buffer.alloc(6)], ends: false }, /^more than one/],
    ['a flag that is none', 'INTERNAL', { pieces: [prefixed(Buffer.alloc(0), 2)] }, /^compressed flag 2 /],
    [
      'compression not named',
      'INTERNAL',
      { pieces: [prefixed(gzipSync(''), 1)] },
      /^compressed flag 1 .+ with a/,
    ],
    [
      'gzip that is not',
      'INVALID_ARGUMENT',
      { headers: GZIP, pieces: [prefixed(Buffer.from('{}'), 1)] },
      /^invalid gzip body: /,
    ],
    [
      'gzip that is cut',
      'INVALID_ARGUMENT',
      { headers: GZIP, pieces: [prefixed(gzipSync('{}').subarray(0, 15), 1)] },
      /^invalid gzip body: /,
    ],
    [
      'another compression',
      'UNIMPLEMENTED',
      { headers: { 'grpc-encoding': 'snappy' }, ends: false },
      /^unsupported grpc-encoding "snappy", supported: \[deflate, gzip, identity\]$/,
    ],
    [
      'a timeout that is none',
      'INVALID_ARGUMENT',
      { headers: { 'grpc-timeout': 'soon' }, ends: false },
      /^grpc-timeout "soon" is none: expected /,
    ],
  ])('refuses %s as %s, counts it so, and goes on', async (_what, code, call, details) => {
    const { port, send, refusals, spans, allOver } = await setUp()
    const { got, rstCode } = await sendByHand(openHttp2(port), call)
    expect(got).toMatchObject({
      ':status': 200,
      'content-type': 'application/grpc+proto',
      'grpc-accept-encoding': 'deflate,gzip,identity',
      'grpc-status': String(status[code]),
      'grpc-message': expect.stringMatching(details),
    })
    expect(rstCode).toBe(0)
    await allOver()
    expect(await refusals()).toEqual({ [code]: 1 })
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
    expect(spans()).toHaveLength(1)
  })

  it.each<[string, OutgoingHttpHeaders, number, string]>([
    ['GET', { ':method': 'GET' }, 405, '405 method not allowed, supported: [POST]'],
    ['HEAD', { ':method': 'HEAD' }, 405, ''],
    [
      'another content type',
      { 'content-type': 'application/grpc-web' },
      415,
      '415 unsupported media type, supported: [application/grpc, application/grpc+proto]',
    ],
    [
      'no content type',
      { 'content-type': undefined },
      415,
      '415 unsupported media type, supported: [application/grpc, application/grpc+proto]',
    ],
  ])('answers what is not gRPC in plain HTTP: %s', async (_what, headers, code, text) => {
    const { port, refusals } = await setUp()
    const answer = await sendByHand(openHttp2(port), { headers })
    expect(answer.got).toMatchObject({ ':status': code, 'content-type': 'text/plain' })
    expect(answer.text).toBe(text)
    expect(await refusals()).toEqual({ [code]: 1 })
  })

  it.each(['application/grpc+proto', 'Application/gRPC; charset=utf-8'])('receives %s', async (type) => {
    const { port, spans } = await setUp()
    const { got } = await sendByHand(openHttp2(port), {
      headers: { 'content-type': type },
      pieces: [prefixed(spansAsProtobuf(2))],
    })
    expect(got).toMatchObject({ ':status': 200, 'grpc-status': '0' })
    expect(spans()).toHaveLength(2)
  })

  it('receives a message that comes byte by byte, and one that is not compressed where it might be', async () => {
    const { port, spans } = await setUp()
    const message = prefixed(spansAsProtobuf(1))
    const session = openHttp2(port)
    await sendByHand(session, { pieces: Array.from(message, (byte) => Buffer.from([byte])) })
    await sendByHand(session, { headers: GZIP, pieces: [prefixed(spansAsProtobuf(1))] })
    expect(spans()).toHaveLength(2)
  })

  it.each([
    '/opentelemetry.proto.collector.trace.v1.TraceService/Import',
    '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  ])('does not know %s', async (path) => {
    const { send, refusals } = await setUp()
    expect(await send(spansAsProtobuf(1), { path })).toMatchObject({
      code: status.UNIMPLEMENTED,
      details: `unknown method "${path}", known: [${EXPORT}]`,
    })
    expect(await refusals()).toEqual({ UNIMPLEMENTED: 1 })
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
      details: 'a bearer token is needed, or a user name: authorization: Bearer <TRACEBELL_TOKEN> or Basic',
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

  it('receives a call at once, however many others have come to a halt', async () => {
    const { send, openCalls, spans } = await setUp()
    const halted = await openCalls(90)
    for (const { call } of halted) call.write(spansAsProtobuf(1))
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
    expect(spans()).toHaveLength(1)
    for (const { call } of halted) call.cancel()
  })

  it('turns calls away while too many are in flight, tells when to come again, and takes them again after', async () => {
    const { send, openCalls, openClient, refusals, allOver } = await setUp()
    const calls = [
      ...(await openCalls(100, openClient())),
      ...(await openCalls(100, openClient())),
      ...(await openCalls(56, openClient())),
    ]
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
    for (const { call } of calls) call.cancel()
    await allOver()
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
  })

  it('turns calls away while too many bytes are in flight, and takes them again after', async () => {
    const { port, send, refusals, allOver } = await setUp()
    const session = openHttp2(port)
    const half = { pieces: [prefixed(Buffer.alloc(70_000), 0, 100_000)], ends: false }
    for (let call = 0; call < 4; call += 1) void sendByHand(session, half)
    await until(async () => (await send(spansAsProtobuf(1))).code !== status.OK)
    expect(await send(spansAsProtobuf(1))).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      details: 'overloaded: 400000 bytes are being received already',
      statusDetails: expect.any(Buffer),
    })
    expect(Object.keys(await refusals())).toEqual(['RESOURCE_EXHAUSTED'])
    session.destroy()
    await allOver()
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
  })

  it('gives room only for what has come, whatever a prefix announces', async () => {
    const { port, send, inFlight } = await setUp()
    const session = openHttp2(port)
    const announced = { pieces: [prefixed(Buffer.alloc(1), 0, 100_000)], ends: false }
    for (let call = 0; call < 5; call += 1) void sendByHand(session, announced)
    await until(() => inFlight() === 5)
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
  })

  it('ends calls that are not whole in time, and has room again', async () => {
    const { send, openCalls, clock, refusals, inFlight } = await setUp()
    const calls = await openCalls(6)
    calls[0]?.call.write(spansAsProtobuf(1))
    await clock.advance(9999)
    expect(await refusals()).toEqual({})
    await clock.advance(1)
    const answers = await Promise.all(calls.map(({ answer }) => answer))
    expect(new Set(answers.map(({ code, details }) => `${code} ${details}`))).toEqual(
      new Set(['4 the call was not whole within 10 s']),
    )
    expect(await refusals()).toEqual({ DEADLINE_EXCEEDED: 6 })
    expect(inFlight()).toBe(0)
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
  })

  it.each([
    ['500m', 500],
    ['1H', 10_000],
  ])(
    'waits no longer than the sender of grpc-timeout %s does, nor than it would',
    async (timeout, waitMs) => {
      const { port, clock, refusals, inFlight } = await setUp()
      const answer = sendByHand(openHttp2(port), { headers: { 'grpc-timeout': timeout }, ends: false })
      await until(() => inFlight() === 1)
      await clock.advance(waitMs - 1)
      expect(await refusals()).toEqual({})
      await clock.advance(1)
      expect((await answer).got).toMatchObject({
        'grpc-status': '4',
        'grpc-message': `the call was not whole within ${waitMs / 1000} s`,
      })
      expect(await refusals()).toEqual({ DEADLINE_EXCEEDED: 1 })
    },
  )

  it.each<[string, readonly Buffer[]]>([
    ['resets it at once', [RESET]],
    ['resets it in the midst of a message', [frame(0, 0, 1, prefixed(Buffer.alloc(9), 0, 10)), RESET]],
    ['hangs up', [frame(0, 0, 1, prefixed(Buffer.alloc(9), 0, 10))]],
  ])('counts a call as cancelled whose sender %s, and has its room again', async (_what, frames) => {
    const { port, refusals, allOver } = await setUp()
    await sendRaw(
      port,
      Buffer.concat([Buffer.from(PREFACE), SETTINGS, headersFrame(EXPORT, GRPC), ...frames]),
    )
    await until(async () => Object.keys(await refusals()).length > 0)
    expect(await refusals()).toEqual({ CANCELLED: 1 })
    await allOver()
  })

  it('closes at once where clients are idle, and cuts those that are not after a while', async () => {
    const idle = await setUp()
    await idle.send(spansAsProtobuf(1))
    await idle.close()
    expect(idle.clock.sleeping).toBe(0)

    const busy = await setUp()
    const [open] = await busy.openCalls(1)
    await busy.close()
    expect((await open?.answer)?.code).toBe(status.UNAVAILABLE)
    await until(() => busy.clock.sleeping === 0)
  })

  it('lets calls end that are under way when it closes, and takes no others', async () => {
    const { port, close, openCalls, spans } = await setUp()
    const session = openHttp2(port)
    const goaway = once(session, 'goaway')
    await sendByHand(session, { pieces: [prefixed(spansAsProtobuf(1))] })
    const [open] = await openCalls(1)
    const closing = Promise.all([close(), close()])
    await goaway
    open?.call.write(spansAsProtobuf(1))
    open?.call.end()
    expect((await open?.answer)?.code).toBe(status.OK)
    await closing
    expect(spans()).toHaveLength(2)
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
    const { port, send, noneIsLeft } = await setUp()
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
    await noneIsLeft()
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
  })

  const many = (count: number, make: (index: number) => Buffer): Buffer =>
    Buffer.concat(Array.from({ length: count }, (_, index) => make(index)))
  const CALL = headersFrame(EXPORT, GRPC)
  const call = (index: number): Buffer => onStream(CALL, 2 * index + 1)
  it.each<[string, Buffer]>([
    ['resets', many(3000, (index) => Buffer.concat([call(index), onStream(RESET, 2 * index + 1)]))],
    ['calls', many(3000, call)],
    ['pings', many(50_000, () => frame(6, 0, 0, Buffer.alloc(8)))],
    ['settings', many(50_000, () => SETTINGS)],
    [
      'settings in one frame',
      frame(
        4,
        0,
        0,
        many(1000, () => Buffer.from([0, 4, 0, 0, 1, 0])),
      ),
    ],
    ['empty data', Buffer.concat([CALL, many(20_000, () => frame(0, 0, 1, Buffer.alloc(0)))])],
    [
      'headers without an end',
      Buffer.concat([
        frame(1, 0, 1, CALL.subarray(9)),
        many(1000, () => frame(9, 0, 1, Buffer.alloc(9, 0x82))),
      ]),
    ],
    ['priorities', many(20_000, (index) => frame(2, 0, 2 * index + 1, Buffer.alloc(5)))],
    ['window updates', many(20_000, () => frame(8, 0, 0, Buffer.from([0, 0, 0, 1])))],
    ['frames of no type', many(20_000, () => frame(77, 0, 0, Buffer.alloc(9)))],
  ])('survives a flood of %s', async (_what, flood) => {
    const { port, send, noneIsLeft } = await setUp()
    await sendRaw(port, Buffer.concat([Buffer.from(PREFACE), SETTINGS, flood]))
    await noneIsLeft()
    expect((await send(spansAsProtobuf(1))).code).toBe(status.OK)
  })
})

describe('a connection to the OTLP/gRPC server', () => {
  /** Lets the server look at its connections, and waits until it has the answer to its ping. */
  async function letLook(
    { clock }: { readonly clock: TestClock },
    session: ClientHttp2Session,
  ): Promise<void> {
    const pinged = once(session, 'ping')
    await clock.advance(LOOK_EVERY_MS)
    await pinged
    await new Promise((resolve) => session.ping(resolve))
  }

  it('is closed when it had no call for five minutes', async () => {
    const server = await setUp()
    const session = openHttp2(server.port)
    await letLook(server, session)
    await sendByHand(session, { pieces: [prefixed(spansAsProtobuf(1))] })
    for (let look = 0; look < 9; look += 1) await letLook(server, session)
    expect(session.closed).toBe(false)
    const closed = once(session, 'close')
    const goaway = once(session, 'goaway')
    await server.clock.advance(LOOK_EVERY_MS)
    expect((await goaway)[0]).toBe(0)
    await closed
    await until(async () => (await server.connections()) === 0)
  })

  it.each<[string, Buffer]>([
    ['says nothing', Buffer.alloc(0)],
    ['answers no ping', Buffer.concat([Buffer.from(PREFACE), SETTINGS])],
    ['does not hang up', Buffer.concat([Buffer.from(PREFACE), SETTINGS, frame(7, 0, 0, Buffer.alloc(8))])],
    ['broke the protocol', Buffer.concat([Buffer.from(PREFACE), SETTINGS, frame(0, 0, 1, Buffer.alloc(9))])],
    ['speaks HTTP/1', Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n')],
  ])('is cut where its peer %s from one look to the next', async (_what, bytes) => {
    const { port, clock, connections, inFlight } = await setUp()
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    onTestFinished(() => void socket.destroy())
    socket.on('error', () => {})
    socket.resume()
    await until(async () => (await connections()) === 1)
    socket.write(bytes)
    await clock.advance(2 * LOOK_EVERY_MS)
    await until(async () => (await connections()) === 0)
    expect(inFlight()).toBe(0)
  })

  it('has no more than a hundred calls at a time', async () => {
    const { port } = await setUp()
    const session = openHttp2(port)
    await once(session, 'remoteSettings')
    expect(session.remoteSettings).toMatchObject({ maxConcurrentStreams: 100, maxHeaderListSize: 16_384 })
  })

  it('goes on after a call whose headers are too large', async () => {
    const { port, inFlight } = await setUp()
    const session = openHttp2(port)
    // The bound holds once the client has agreed to it; before, that of the memory of a connection does.
    await once(session, 'remoteSettings')
    await new Promise((resolve) => session.ping(resolve))
    const { got, rstCode } = await sendByHand(session, { headers: { 'x-large': 'x'.repeat(20_000) } })
    expect({ got, rstCode }).toEqual({ got: {}, rstCode: constants.NGHTTP2_ENHANCE_YOUR_CALM })
    expect(inFlight()).toBe(0)
    expect((await sendByHand(session, { pieces: [prefixed(spansAsProtobuf(1))] })).got).toMatchObject({
      'grpc-status': '0',
    })
  })

  it('is turned away where there are too many, which is counted', async () => {
    const { port, server, refusals } = await setUp()
    expect(server.maxConnections).toBe(1000)
    server.maxConnections = 1
    const first = openHttp2(port)
    await sendByHand(first, { pieces: [prefixed(spansAsProtobuf(1))] })
    await once(openHttp2(port), 'close')
    expect(await refusals()).toEqual({ UNAVAILABLE: 1 })
    expect((await sendByHand(first, { pieces: [prefixed(spansAsProtobuf(1))] })).got).toMatchObject({
      'grpc-status': '0',
    })
  })
})
