import { once } from 'node:events'
import { createServer, request as openRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import zlib, { gzipSync } from 'node:zlib'
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listenOnLoopback } from '../../../test/loopback.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { LogFields, Logger } from '../../telemetry/logger.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { createOtlpHandler } from './receiver.js'
import { createTraceWindow } from '../window/trace-window.js'

/** What the types of Node 20 do not know. */
interface ZstdPlatform {
  readonly constants: object
  readonly zstdCompressSync?: (bytes: Uint8Array) => Buffer<ArrayBuffer>
}

const { zstdCompressSync }: ZstdPlatform = zlib
const TRACE_ID = 'a1b2c3d4e5f60718a1b2c3d4e5f60711'
const JSON_TYPE = 'application/json'
const PROTOBUF_TYPE = 'application/x-protobuf'

const jsonSpan = (spanId: string, traceId = TRACE_ID) => ({
  traceId,
  spanId,
  name: 'op',
  startTimeUnixNano: '5',
})
const jsonBody = (...spans: readonly object[]) =>
  JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })
const ONE_SPAN = jsonBody(jsonSpan('c0dec0d100000001'))

function protobufBody(spanCount: number): Uint8Array<ArrayBuffer> {
  const exporter = new InMemorySpanExporter()
  const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer(
    'lib',
  )
  for (let index = 0; index < spanCount; index += 1) tracer.startSpan(`op ${index}`).end()
  return new Uint8Array(ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? [])
}

async function setUp({ maxBodyBytes = 100_000, maxBytes = 1_000_000 } = {}) {
  const clock = createTestClock()
  const metrics = createMetrics()
  const warnings: { message: string; fields: LogFields | undefined }[] = []
  const logger: Logger = {
    debug: () => {},
    info: () => {},
    warn: (message, fields) => warnings.push({ message, fields }),
    error: (message, fields) => warnings.push({ message, fields }),
  }
  const window = createTraceWindow({ maxBytes, maxAgeMs: 3_600_000, clock, metrics })
  const handler = createOtlpHandler({ window, maxBodyBytes, metrics, logger, clock })
  const url = `${await listenOnLoopback(createServer(handler))}/v1/traces`
  return {
    url,
    clock,
    warnings,
    spans: () => [...window.changedSince(0).traces].toReversed().flatMap((trace) => trace.spans),
    refusals: async () => {
      const { values } = await metrics.refusedRequests.get()
      return Object.fromEntries(values.map(({ labels, value }) => [labels.status, value]))
    },
    post: async (
      body: string | Uint8Array<ArrayBuffer>,
      type: string,
      headers: Record<string, string> = {},
    ) => {
      const answer = await fetch(url, { method: 'POST', headers: { 'content-type': type, ...headers }, body })
      return {
        status: answer.status,
        type: answer.headers.get('content-type'),
        retryAfter: answer.headers.get('retry-after'),
        bytes: new Uint8Array(await answer.arrayBuffer()),
      }
    },
  }
}

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

/** A request whose body has begun and does not end by itself. */
function begin(url: string, start: string): ClientRequest {
  const request = openRequest(url, { method: 'POST', headers: { 'content-type': JSON_TYPE } })
  request.on('error', () => {})
  request.write(start)
  return request
}

/** Asks again until the server has noticed what happened on other connections. */
async function untilAnswered(status: number, ask: () => Promise<{ readonly status: number }>): Promise<void> {
  for (let tries = 0; tries < 1000; tries += 1) {
    if ((await ask()).status === status) return
  }
  throw new Error(`never answered with ${status}`)
}

async function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  const answers: unknown[] = await once(request, 'response')
  const [answer] = answers
  // oxlint-disable-next-line no-unsafe-type-assertion
  const response = answer as IncomingMessage
  response.resume()
  return response
}

describe('the OTLP handler', () => {
  it.each([
    ['plain', {}, (body: Uint8Array<ArrayBuffer>) => body],
    ['gzip', { 'content-encoding': 'gzip' }, (body: Uint8Array<ArrayBuffer>) => gzipSync(body)],
    ['GZIP, spelt so', { 'content-encoding': ' GZIP ' }, (body: Uint8Array<ArrayBuffer>) => gzipSync(body)],
    ['identity', { 'content-encoding': 'identity' }, (body: Uint8Array<ArrayBuffer>) => body],
  ])('receives both encodings: %s', async (_what, headers, encode) => {
    const { post, spans } = await setUp()
    const json = await post(
      encode(new TextEncoder().encode(ONE_SPAN)),
      'Application/JSON; charset=utf-8',
      headers,
    )
    expect({ ...json, bytes: text(json.bytes) }).toMatchObject({
      status: 200,
      type: JSON_TYPE,
      bytes: '{"partialSuccess":{}}',
    })
    const protobuf = await post(encode(protobufBody(3)), PROTOBUF_TYPE, headers)
    expect(protobuf).toMatchObject({ status: 200, type: PROTOBUF_TYPE, bytes: new Uint8Array() })
    expect(spans().map(({ name }) => name)).toEqual(['op', 'op 0', 'op 1', 'op 2'])
  })

  it.skipIf(zstdCompressSync === undefined)('receives zstd', async () => {
    const { post, spans } = await setUp()
    const zstd = (body: Uint8Array) => zstdCompressSync?.(body) ?? Buffer.alloc(0)
    const headers = { 'content-encoding': 'zstd' }
    expect((await post(zstd(Buffer.from(ONE_SPAN)), JSON_TYPE, headers)).status).toBe(200)
    expect((await post(zstd(protobufBody(3)), PROTOBUF_TYPE, headers)).status).toBe(200)
    expect(spans()).toHaveLength(4)
    const bomb = await post(zstd(Buffer.alloc(100_000_000)), PROTOBUF_TYPE, headers)
    expect(bomb.status).toBe(413)
    const broken = await post(Buffer.from('{}'), JSON_TYPE, headers)
    expect(broken.status).toBe(400)
    expect(text(broken.bytes)).toContain('invalid zstd body: ')
  })

  it.skipIf(zstdCompressSync !== undefined)('says what it supports where Node has no zstd', async () => {
    const { post, refusals } = await setUp()
    const { status, bytes } = await post('', JSON_TYPE, { 'content-encoding': 'zstd' })
    expect(status).toBe(415)
    expect(JSON.parse(text(bytes))).toEqual({
      code: 3,
      message: 'unsupported Content-Encoding "zstd", supported: [gzip, identity]',
    })
    expect(await refusals()).toEqual({ 415: 1 })
  })

  it('keeps good spans and tells of the others, in JSON', async () => {
    const { post, spans, warnings } = await setUp()
    const zero = '0'.repeat(32)
    const body = jsonBody(jsonSpan('c0dec0d100000001'), jsonSpan('c0dec0d100000002', zero), {
      traceId: TRACE_ID,
    })
    const { status, bytes } = await post(body, JSON_TYPE)
    expect(status).toBe(200)
    expect(JSON.parse(text(bytes))).toEqual({
      partialSuccess: {
        rejectedSpans: '2',
        errorMessage:
          '1 refused with a trace id that is not 16 bytes, or all zeros; ' +
          '1 refused with a span id that is not 8 bytes, or all zeros',
      },
    })
    expect(spans()).toHaveLength(1)
    expect(warnings).toHaveLength(2)
  })

  it('tells of refused spans in protobuf as the OpenTelemetry SDK reads it', async () => {
    const { post } = await setUp()
    const emptySpans = Buffer.alloc(2 * 200, Buffer.from([0x12, 0]))
    const scopeSpans = Buffer.concat([Buffer.from([0x12, 0x90, 0x03]), emptySpans])
    const body = Buffer.concat([Buffer.from([0x0a, 0x93, 0x03]), scopeSpans])
    const { bytes } = await post(new Uint8Array(body), PROTOBUF_TYPE)
    expect(ProtobufTraceSerializer.deserializeResponse(bytes)).toEqual({
      partialSuccess: {
        rejectedSpans: 200,
        errorMessage: '200 refused with a trace id that is not 16 bytes, or all zeros',
      },
    })
  })

  it('takes a span that is sent again for well received', async () => {
    const { post, spans } = await setUp()
    await post(ONE_SPAN, JSON_TYPE)
    const { bytes } = await post(ONE_SPAN, JSON_TYPE)
    expect(text(bytes)).toBe('{"partialSuccess":{}}')
    expect(spans()).toHaveLength(1)
  })

  it('tells of spans that the window has no room for', async () => {
    const { post } = await setUp({ maxBytes: 20_000 })
    const { bytes } = await post(
      jsonBody({ ...jsonSpan('c0dec0d100000001'), name: 'x'.repeat(5000) }),
      JSON_TYPE,
    )
    expect(text(bytes)).toContain('"errorMessage":"1 refused of a trace that is too large for the window"')
  })

  it.each([
    ['GET', '', JSON_TYPE, 405, '405 method not allowed, supported: [POST]'],
    ['POST', '/', JSON_TYPE, 404, '404 page not found\n'],
    ['POST', 's', JSON_TYPE, 404, '404 page not found\n'],
    [
      'POST',
      '',
      'text/plain',
      415,
      `415 unsupported media type, supported: [${JSON_TYPE}, ${PROTOBUF_TYPE}]`,
    ],
    ['POST', '', '', 415, `415 unsupported media type, supported: [${JSON_TYPE}, ${PROTOBUF_TYPE}]`],
  ])('refuses %s %j of type %j in plain text', async (method, suffix, type, status, body) => {
    const { url, refusals } = await setUp()
    const answer = await fetch(url + suffix, {
      method,
      headers: { 'content-type': type },
      ...(method === 'POST' && { body: 'hello' }),
    })
    expect([answer.status, await answer.text()]).toEqual([status, body])
    expect(answer.headers.get('content-type')).toBe('text/plain')
    expect(await refusals()).toEqual({ [status]: 1 })
  })

  const bomb = Buffer.concat(Array.from({ length: 1000 }, () => gzipSync(Buffer.alloc(1_000_000))))
  it.each<[string, Uint8Array<ArrayBuffer>, Record<string, string>, number, number, string]>([
    ['a body that cannot be read', Buffer.from([0x0a, 9]), {}, 400, 3, 'invalid '],
    [
      'a body that is too large',
      Buffer.alloc(100_001),
      {},
      413,
      8,
      'request body too large: at most 100000 bytes',
    ],
    [
      'another coding',
      Buffer.from('{}'),
      { 'content-encoding': 'br' },
      415,
      3,
      'unsupported Content-Encoding "br"',
    ],
    [
      'two codings',
      Buffer.from('{}'),
      { 'content-encoding': 'gzip, gzip' },
      415,
      3,
      'unsupported Content-Encoding',
    ],
    ['gzip that is not', Buffer.from('{}'), { 'content-encoding': 'gzip' }, 400, 3, 'invalid gzip body: '],
    [
      'gzip that is cut',
      gzipSync('{}').subarray(0, 15),
      { 'content-encoding': 'gzip' },
      400,
      3,
      'invalid gzip body: ',
    ],
    ['gzip of nothing', Buffer.alloc(0), { 'content-encoding': 'gzip' }, 400, 3, 'invalid gzip body: '],
    ['a gigabyte in little gzip', bomb, { 'content-encoding': 'gzip' }, 413, 8, 'request body too large'],
  ])('refuses %s, in the encoding of the request', async (_what, body, headers, status, code, message) => {
    const { post, refusals, spans } = await setUp({ maxBodyBytes: body === bomb ? bomb.length : 100_000 })
    const json = await post(body, JSON_TYPE, headers)
    expect(json).toMatchObject({ status, type: JSON_TYPE })
    expect(JSON.parse(text(json.bytes))).toEqual({ code, message: expect.stringContaining(message) })
    const protobuf = await post(body, PROTOBUF_TYPE, headers)
    expect(protobuf).toMatchObject({ status, type: PROTOBUF_TYPE })
    expect([...protobuf.bytes.subarray(0, 3)]).toEqual([0x08, code, 0x12])
    expect(text(protobuf.bytes)).toContain(message)
    expect(await refusals()).toEqual({ [status]: 2 })
    expect(spans()).toEqual([])
  })

  it('refuses little gzip of very many empty spans, and takes fewer', async () => {
    const { post, refusals } = await setUp({ maxBodyBytes: 16 * 1024 * 1024 })
    const spans = (count: number) =>
      gzipSync(`{"resourceSpans":[{"scopeSpans":[{"spans":[{}${',{}'.repeat(count - 1)}]}]}]}`)
    const headers = { 'content-encoding': 'gzip' }
    const refused = await post(spans(5_000_000), JSON_TYPE, headers)
    expect(refused.status).toBe(413)
    expect(JSON.parse(text(refused.bytes))).toEqual({
      code: 8,
      message: 'request too large: at most 1250000 JSON values are taken',
    })
    expect(await refusals()).toEqual({ 413: 1 })
    const taken = await post(spans(500_000), JSON_TYPE, headers)
    expect(taken.status).toBe(200)
    expect(text(taken.bytes)).toContain('"rejectedSpans":"500000"')
  })

  it('refuses a body that grows too large without having said so', async () => {
    const { url } = await setUp({ maxBodyBytes: 1000 })
    const request = begin(url, 'x'.repeat(600))
    request.write('x'.repeat(600))
    const answer = await answerOf(request)
    expect(answer.statusCode).toBe(413)
    request.end('and what comes after is not read')
  })

  it('turns senders away while too much is being received, and takes them again after', async () => {
    const { url, post, spans } = await setUp({ maxBodyBytes: 1000 })
    const open = Array.from({ length: 4 }, () => begin(url, '{'))
    const [first, ...others] = open
    // The fifth finds no room as soon as the four are in.
    await untilAnswered(503, () => post(ONE_SPAN, JSON_TYPE))
    const turnedAway = await post(ONE_SPAN, JSON_TYPE)
    expect(turnedAway).toMatchObject({ status: 503, retryAfter: '1', type: JSON_TYPE })
    expect(JSON.parse(text(turnedAway.bytes))).toEqual({
      code: 14,
      message: expect.stringContaining('overloaded'),
    })

    first?.end('}')
    expect(first && (await answerOf(first)).statusCode).toBe(200)
    expect((await post(ONE_SPAN, JSON_TYPE)).status).toBe(200)
    for (const request of others) request.destroy()
    expect(spans()).toHaveLength(1)
  })

  it('gives back the room of senders that go away', async () => {
    const { url, post, refusals } = await setUp({ maxBodyBytes: 1000 })
    const open = Array.from({ length: 4 }, () => begin(url, '{'))
    await untilAnswered(503, () => post(ONE_SPAN, JSON_TYPE))
    const before = await refusals()
    for (const request of open) request.destroy()
    await untilAnswered(200, () => post(ONE_SPAN, JSON_TYPE))
    expect(Object.keys(await refusals())).toEqual(Object.keys(before))
  })

  it('warns once a minute of each kind of refusal', async () => {
    const { post, warnings, clock } = await setUp()
    for (let index = 0; index < 5; index += 1) await post('{', JSON_TYPE)
    await post('{', 'text/plain')
    expect(warnings.map(({ fields }) => fields?.['status'])).toEqual([400, 415])
    await clock.advance(60_000)
    await post('{', JSON_TYPE)
    expect(warnings[2]).toMatchObject({
      message: 'OTLP request refused',
      fields: { status: 400, left_out: 4 },
    })
  })

  it('answers whatever it is sent, and goes on', async () => {
    const { post, spans } = await setUp({ maxBodyBytes: 5000 })
    const valid = Buffer.from(protobufBody(2))
    const damaged = fc
      .tuple(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length))
      .map(([at, byte, length]) => {
        const bytes = Buffer.from(valid)
        bytes[at] = byte
        return bytes.subarray(0, length)
      })
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((json) => Buffer.from(json)),
      damaged,
    )
    const type = fc.constantFrom(JSON_TYPE, PROTOBUF_TYPE)
    await fc.assert(
      fc.asyncProperty(body, type, fc.boolean(), fc.nat(40), async (bytes, contentType, zip, cut) => {
        const sent = zip ? gzipSync(bytes) : Buffer.from(bytes)
        const headers: Record<string, string> = zip ? { 'content-encoding': 'gzip' } : {}
        const answer = await post(
          new Uint8Array(sent.subarray(0, zip ? sent.length - cut : undefined)),
          contentType,
          headers,
        )
        expect([200, 400]).toContain(answer.status)
        expect(answer.type).toBe(contentType)
      }),
      { numRuns: 300 },
    )
    const before = spans().length
    expect((await post(ONE_SPAN, JSON_TYPE)).status).toBe(200)
    expect(spans()).toHaveLength(before + 1)
  })
})
