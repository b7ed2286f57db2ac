import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../model/clock.js'
import type { Logger } from '../../telemetry/logger.js'
import type { Metrics } from '../../telemetry/metrics.js'
import { decodeJson } from './decode-json.js'
import { decodeProtobuf } from './decode-protobuf.js'
import type { DecodedSpans, RefusalReason } from './decoded-spans.js'
import { CONTENT_TYPES, encodeStatus, encodeSuccess, type OtlpEncoding } from './encode-response.js'
import { createInFlight, type InFlight } from './in-flight.js'
import { OtlpDecodeError } from './otlp-decode-error.js'
import { parseJson } from './parse-json.js'
import { decompress, readBody, RequestAborted } from './read-body.js'
import { createRefusalLog, type RefusalLog } from './refusal-log.js'
import { RequestRefusal } from './request-refusal.js'
import type { SpanWindow } from './span-window.js'
import { createStringCache, type StringCache } from './string-cache.js'

export interface OtlpHandlerOptions {
  readonly window: SpanWindow
  /** Of a request's body, both as sent and decompressed. Decoding one may take some ten times as much for a moment. */
  readonly maxBodyBytes: number
  readonly metrics: Metrics
  readonly logger: Logger
  readonly clock: Clock
}

const MAX_REQUESTS_IN_FLIGHT = 256
/** How many of the largest bodies may be received at a time. */
const LARGEST_BODIES_IN_FLIGHT = 4

interface Intake extends OtlpHandlerOptions {
  readonly inFlight: InFlight
  readonly strings: StringCache
  readonly logRefusal: RefusalLog
}

/**
 * Answers `POST /v1/traces`: receives spans over OTLP/HTTP, protobuf or JSON, plain or gzip, and puts them into the
 * window. It answers in the encoding of the request. Memory is bounded whatever is sent; time is the server's to bound.
 */
export function createOtlpHandler(
  options: OtlpHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const intake: Intake = {
    ...options,
    strings: createStringCache(),
    inFlight: createInFlight({
      maxRequests: MAX_REQUESTS_IN_FLIGHT,
      maxBytes: LARGEST_BODIES_IN_FLIGHT * options.maxBodyBytes,
    }),
    logRefusal: createRefusalLog(options.logger, options.clock),
  }
  return (request, response) => {
    if (request.url?.split('?', 1)[0] !== '/v1/traces') {
      return sendText(intake, response, 404, '404 page not found\n')
    }
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST')
      return sendText(intake, response, 405, '405 method not allowed, supported: [POST]')
    }
    const encoding = encodingOf(request)
    if (encoding) return void receive(intake, request, response, encoding)
    const supported = `${CONTENT_TYPES.json}, ${CONTENT_TYPES.protobuf}`
    return sendText(intake, response, 415, `415 unsupported media type, supported: [${supported}]`)
  }
}

function encodingOf(request: IncomingMessage): OtlpEncoding | undefined {
  const mediaType = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase()
  if (mediaType === CONTENT_TYPES.json) return 'json'
  return mediaType === CONTENT_TYPES.protobuf ? 'protobuf' : undefined
}

/** Never rejects. */
async function receive(
  intake: Intake,
  request: IncomingMessage,
  response: ServerResponse,
  encoding: OtlpEncoding,
): Promise<void> {
  try {
    const body = await receiveBody(intake, request)
    const rejected = keep(intake, decode(intake, body, encoding))
    const count = [...rejected.values()].reduce((sum, spans) => sum + spans, 0)
    const answer = encodeSuccess(encoding, count, describe(rejected))
    send(response, 200, CONTENT_TYPES[encoding], answer)
  } catch (error) {
    if (error instanceof RequestAborted) return
    refuse(intake, response, encoding, toRefusal(error))
  }
}

async function receiveBody(intake: Intake, request: IncomingMessage): Promise<Buffer> {
  const coding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity'
  if (coding !== 'identity' && coding !== 'gzip') {
    throw new RequestRefusal(
      415,
      `unsupported Content-Encoding ${JSON.stringify(coding)}, supported: [gzip, identity]`,
    )
  }
  const ticket = intake.inFlight.enter()
  try {
    const body = await readBody(request, intake.maxBodyBytes, ticket)
    return coding === 'gzip' ? decompress(body, intake.maxBodyBytes) : body
  } finally {
    ticket.release()
  }
}

function decode({ strings }: Intake, body: Buffer, encoding: OtlpEncoding): DecodedSpans {
  return encoding === 'json' ? decodeJson(parseJson(body)) : decodeProtobuf(body, strings)
}

/** Puts the spans into the window; answers those that were refused and will be again, by reason. */
function keep(
  { window, metrics, logRefusal }: Intake,
  decoded: DecodedSpans,
): ReadonlyMap<RefusalReason, number> {
  for (const [reason, count] of decoded.refused) metrics.refusedSpans.inc({ reason }, count)
  const rejected = new Map([...decoded.refused, ...window.add(decoded.spans)])
  // To whom sends a span again it is well received.
  rejected.delete('duplicate')
  for (const [reason, spans] of rejected) logRefusal(reason, 'OTLP spans refused', { reason, spans })
  return rejected
}

const REASONS: Readonly<Record<RefusalReason, string>> = {
  invalid_trace_id: 'with a trace id that is not 16 bytes, or all zeros',
  invalid_span_id: 'with a span id that is not 8 bytes, or all zeros',
  invalid_parent_span_id: 'with a parent span id that is not 8 bytes',
  trace_too_large: 'of a trace that is too large for the window',
  duplicate: 'held already',
}

function describe(rejected: ReadonlyMap<RefusalReason, number>): string {
  return Array.from(rejected, ([reason, spans]) => `${spans} refused ${REASONS[reason]}`).join('; ')
}

function toRefusal(error: unknown): RequestRefusal {
  if (error instanceof RequestRefusal) return error
  if (error instanceof OtlpDecodeError) return new RequestRefusal(400, error.message, { cause: error })
  return new RequestRefusal(500, 'internal error', { cause: error })
}

function refuse(
  intake: Intake,
  response: ServerResponse,
  encoding: OtlpEncoding,
  refusal: RequestRefusal,
): void {
  if (refusal.retryAfterSeconds !== undefined) response.setHeader('retry-after', refusal.retryAfterSeconds)
  if (refusal.status === 500) intake.logger.error('OTLP request failed', { cause: String(refusal.cause) })
  countRefusal(intake, refusal.status, refusal.message)
  send(
    response,
    refusal.status,
    CONTENT_TYPES[encoding],
    encodeStatus(encoding, refusal.rpcCode, refusal.message),
  )
}

function sendText(intake: Intake, response: ServerResponse, status: number, text: string): void {
  countRefusal(intake, status, text.trim())
  send(response, status, 'text/plain', Buffer.from(text))
}

function countRefusal({ metrics, logRefusal }: Intake, status: number, reason: string): void {
  metrics.refusedRequests.inc({ status: String(status) })
  logRefusal(String(status), 'OTLP request refused', { status, reason })
}

function send(response: ServerResponse, status: number, contentType: string, body: Buffer): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length })
  response.end(body)
}
