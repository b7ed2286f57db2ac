import type { Metadata, ServerInterceptor } from '@grpc/grpc-js'
import type { Clock } from '../../model/clock.js'
import { createGrpcStatus, toGrpcStatus, type Grpc, type GrpcStatus } from './grpc-status.js'
import type { Ticket } from './in-flight.js'
import { LARGEST_BODIES_IN_FLIGHT, type Intake } from './intake.js'
import { createTurns } from './turns.js'

export interface GrpcAdmissionOptions {
  readonly grpc: Grpc
  readonly intake: Intake
  /** Whether a call with this `authorization` may come in. */
  readonly isAllowed: (authorization: string | undefined) => boolean
  readonly clock: Clock
  /** Aborted when the server closes. */
  readonly closing: AbortSignal
}

/** Gives back what a call holds, once; `isWhole` where all that its sender sends was received and decompressed. */
type Leave = (isWhole: boolean) => void

/** Counted from a call's headers: the exporters of OpenTelemetry give up then too. */
const CALL_TIMEOUT_MS = 10_000

/** Longer than it takes to decompress the largest message. */
const SETTLE_MS = 1000

const NEEDS_TOKEN = 'a bearer token is needed: authorization: Bearer <TRACEBELL_TOKEN>'
const TOO_SLOW = `the call was not whole within ${CALL_TIMEOUT_MS / 1000} s`
const UNFINISHED = 'its sender gave up, or its message was too large or could not be decompressed'

/**
 * Stands before the calls: lets in who may, bounds what is held at a time, and counts every call that does not end
 * well. The size of a message is not known before it is whole, so of the calls in flight only a few are read at a
 * time, each of which may bring the largest one. The others wait, held back by the flow control of HTTP/2.
 *
 * The library itself answers messages that are too large or cannot be decompressed, and does not tell: they are
 * counted with those whose sender gave up, as `CANCELLED`.
 */
export function createGrpcAdmission(options: GrpcAdmissionOptions): ServerInterceptor {
  const { grpc, intake, isAllowed, clock, closing } = options
  const turns = createTurns(LARGEST_BODIES_IN_FLIGHT)

  return (_method, call) => {
    let answered = false
    let whole = false
    let leave: Leave = () => undefined
    const refuse = (status: GrpcStatus): void => admitted.sendStatus(status)
    const admitted = new grpc.ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, proceed) => {
            const ticket = admit(metadata, refuse)
            if (ticket !== undefined) leave = enter(ticket, () => proceed(metadata), refuse)
          },
          onReceiveHalfClose: (proceed) => {
            whole = true
            proceed()
          },
          // However a call ends, this comes last.
          onCancel: () => {
            leave(whole)
            if (!answered) intake.countRefusal('CANCELLED', UNFINISHED)
          },
        }),
      sendStatus: (status, next) => {
        const { code, details } = status
        if (!answered && code !== grpc.status.OK) intake.countRefusal(grpc.status[code], details)
        answered = true
        leave(whole)
        next(status)
      },
    })
    return admitted
  }

  function admit(metadata: Metadata, refuse: (status: GrpcStatus) => void): Ticket | undefined {
    const [authorization] = metadata.get('authorization')
    if (!isAllowed(authorization?.toString())) {
      refuse(createGrpcStatus(grpc, grpc.status.UNAUTHENTICATED, NEEDS_TOKEN))
      return undefined
    }
    try {
      return intake.inFlight.enter()
    } catch (error) {
      refuse(toGrpcStatus(grpc, intake.toRefusal(error)))
      return undefined
    }
  }

  /** Calls `begin` when the call may be read, and `refuse` when it takes too long. */
  function enter(ticket: Ticket, begin: () => void, refuse: (status: GrpcStatus) => void): Leave {
    let begun = false
    const ended = new AbortController()
    clock.sleepUntil(clock.now() + CALL_TIMEOUT_MS, ended.signal).then(
      () => refuse(createGrpcStatus(grpc, grpc.status.DEADLINE_EXCEEDED, TOO_SLOW)),
      () => undefined,
    )
    const endTurn = turns.wait(() => {
      begun = true
      begin()
    })
    return (isWhole) => {
      if (ended.signal.aborted) return
      ended.abort()
      ticket.release()
      if (isWhole || !begun) endTurn()
      // The library may be decompressing still, which nothing tells and nothing stops.
      else clock.sleepUntil(clock.now() + SETTLE_MS, closing).then(endTurn, endTurn)
    }
  }
}
