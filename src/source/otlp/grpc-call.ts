import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Clock } from '../../model/clock.js'
import { DeadlineExceeded, withDeadline } from '../../model/deadline.js'
import { encodeSuccess } from './encode-response.js'
import { sendMessage, sendNotGrpc, sendRefusal } from './grpc-answer.js'
import { createGrpcMessage } from './grpc-message.js'
import { NotGrpc, readGrpcRequest, type GrpcRequest } from './grpc-request.js'
import { GrpcRefusal, toGrpcRefusal } from './grpc-status.js'
import type { Intake, Rejected } from './intake.js'
import { readBody, RequestAborted } from './read-body.js'

export interface GrpcCallOptions {
  readonly intake: Intake
  /** Of a message, both as sent and decompressed. */
  readonly maxBodyBytes: number
  /** Whether a call with this `authorization` may come in. */
  readonly isAllowed: (authorization: string | undefined) => boolean
  readonly clock: Clock
  /** Aborted when the server has closed. */
  readonly closed: AbortSignal
}

/** Counted from a call's headers, where its sender waits no less: the exporters of OpenTelemetry give up then too. */
const CALL_TIMEOUT_MS = 10_000

/** Answers calls: puts the spans of each into the window, and counts every one that does not end well. */
export function createCallHandler(
  options: GrpcCallOptions,
): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void {
  return (stream, headers) => {
    // It is told of by its end.
    stream.on('error', () => {})
    void answer(options, stream, headers)
  }
}

/** Never rejects. */
async function answer(
  options: GrpcCallOptions,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  const { intake, isAllowed } = options
  try {
    const { spans, reason } = await take(options, stream, readGrpcRequest(headers, isAllowed))
    sendMessage(stream, encodeSuccess('protobuf', spans, reason))
  } catch (error) {
    refuse(intake, stream, error)
  }
}

/** Takes in the call's message. What it may hold and how long it may take is bounded. */
async function take(
  { intake, maxBodyBytes, clock, closed }: GrpcCallOptions,
  stream: ServerHttp2Stream,
  { decompress, timeoutMs = CALL_TIMEOUT_MS }: GrpcRequest,
): Promise<Rejected> {
  const ticket = intake.inFlight.enter()
  try {
    const message = createGrpcMessage({ maxBytes: maxBodyBytes, ticket, decompress })
    const bytes = await withDeadline(clock, Math.min(timeoutMs, CALL_TIMEOUT_MS), closed, (signal) =>
      readBody(stream, message, signal),
    )
    return intake.take('protobuf', bytes)
  } finally {
    ticket.release()
  }
}

function refuse(intake: Intake, stream: ServerHttp2Stream, error: unknown): void {
  if (error instanceof RequestAborted) {
    intake.countRefusal('CANCELLED', 'its sender went away before the call was whole')
  } else if (error instanceof NotGrpc) {
    intake.countRefusal(error.status, error.message)
    sendNotGrpc(stream, error)
  } else {
    const refusal = toRefusal(intake, error)
    intake.countRefusal(refusal.code, refusal.message)
    sendRefusal(stream, refusal)
  }
}

function toRefusal(intake: Intake, error: unknown): GrpcRefusal {
  if (error instanceof GrpcRefusal) return error
  if (error instanceof DeadlineExceeded) {
    return new GrpcRefusal('DEADLINE_EXCEEDED', `the call was not whole within ${error.timeoutMs / 1000} s`)
  }
  return toGrpcRefusal(intake.toRefusal(error))
}
