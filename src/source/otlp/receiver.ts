import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyTooLarge, createBodyBuffer } from './body-buffer.js'
import { HTTP_CODINGS, type Decompress } from './decompress.js'
import { CONTENT_TYPES, encodeStatus, encodeSuccess, type OtlpEncoding } from './encode-response.js'
import { createIntake, type Intake, type IntakeOptions, type Rejected } from './intake.js'
import { readBody, RequestAborted } from './read-body.js'
import { RequestRefusal } from './request-refusal.js'

interface HttpIntake extends Intake {
  readonly maxBodyBytes: number
}

/**
 * Answers `POST /v1/traces`: receives spans over OTLP/HTTP, protobuf or JSON, plain or compressed, and puts them into
 * the window. It answers in the encoding of the request. Bounded are the bodies in flight, and the bytes and the values or
 * messages of each, and so the memory and the time to decode it; how long a sender may take is the server's to bound.
 */
export function createOtlpHandler(
  options: IntakeOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const intake: HttpIntake = { ...createIntake(options), maxBodyBytes: options.maxBodyBytes }
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
  intake: HttpIntake,
  request: IncomingMessage,
  response: ServerResponse,
  encoding: OtlpEncoding,
): Promise<void> {
  try {
    const rejected = await takeBody(intake, request, encoding)
    send(response, 200, CONTENT_TYPES[encoding], encodeSuccess(encoding, rejected.spans, rejected.reason))
  } catch (error) {
    if (error instanceof RequestAborted) return
    refuse(intake, response, encoding, intake.toRefusal(error))
  }
}

async function takeBody(
  intake: HttpIntake,
  request: IncomingMessage,
  encoding: OtlpEncoding,
): Promise<Rejected> {
  const { inFlight, maxBodyBytes } = intake
  const decompress = decompressionOf(request)
  const declared = Number(request.headers['content-length'] ?? maxBodyBytes)
  if (declared > maxBodyBytes) throw bodyTooLarge(maxBodyBytes)
  const ticket = inFlight.enter()
  try {
    const body = await readBody(request, createBodyBuffer(declared, ticket))
    return intake.take(encoding, decompress(body, maxBodyBytes))
  } finally {
    ticket.release()
  }
}

function decompressionOf(request: IncomingMessage): Decompress {
  const coding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity'
  const decompress = HTTP_CODINGS.get(coding)
  if (decompress !== undefined) return decompress
  throw new RequestRefusal(
    415,
    `unsupported Content-Encoding ${JSON.stringify(coding)}, supported: [${[...HTTP_CODINGS.keys()].join(', ')}]`,
  )
}

function refuse(
  intake: Intake,
  response: ServerResponse,
  encoding: OtlpEncoding,
  { status, rpcCode, message, retryAfterSeconds }: RequestRefusal,
): void {
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', retryAfterSeconds)
  intake.countRefusal(status, message)
  send(response, status, CONTENT_TYPES[encoding], encodeStatus(encoding, rpcCode, message))
}

function sendText(intake: Intake, response: ServerResponse, status: number, text: string): void {
  intake.countRefusal(status, text.trim())
  send(response, status, 'text/plain', Buffer.from(text))
}

function send(response: ServerResponse, status: number, contentType: string, body: Buffer): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length })
  response.end(body)
}
