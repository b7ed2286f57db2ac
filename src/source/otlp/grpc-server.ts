import { setMaxListeners } from 'node:events'
import { createServer, type Server } from 'node:net'
import { createCallHandler, type GrpcCallOptions } from './grpc-call.js'
import { createGrpcConnections } from './grpc-connections.js'
import { createIntake, MAX_REQUESTS_IN_FLIGHT, type IntakeOptions } from './intake.js'
import { RequestAborted } from './read-body.js'

export interface OtlpGrpcOptions extends IntakeOptions {
  readonly isAllowed: GrpcCallOptions['isAllowed']
}

/** A server that receives spans over OTLP/gRPC once it listens. */
export interface OtlpGrpcServer {
  readonly server: Server
  /** Takes no more calls, and resolves when those under way are done or were cut after a second; may be called again. */
  close(): Promise<void>
}

const CLOSE_GRACE_MS = 1000
const MAX_CONNECTIONS = 1000

/**
 * Receives spans over OTLP/gRPC, plain or compressed, and puts them into the window. Memory and time are bounded
 * whatever is sent.
 */
export function createOtlpGrpcServer(options: OtlpGrpcOptions): OtlpGrpcServer {
  const intake = createIntake(options)
  const closed = new AbortController()
  // Each call listens to it.
  setMaxListeners(MAX_REQUESTS_IN_FLIGHT + 1, closed.signal)
  const onCall = createCallHandler({ ...options, intake, closed: closed.signal })
  const connections = createGrpcConnections({ clock: options.clock, onCall })
  const server = createServer((socket) => connections.open(socket))
  server.maxConnections = MAX_CONNECTIONS
  server.on('drop', () =>
    intake.countRefusal('UNAVAILABLE', `${MAX_CONNECTIONS} connections are open already`),
  )
  server.on('listening', () => void connections.lookAfter(closed.signal))

  let closing: Promise<void> | undefined
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      const cut = setTimeout(() => connections.cutAll(), CLOSE_GRACE_MS)
      server.close(() => {
        clearTimeout(cut)
        closed.abort(new RequestAborted('the server has closed'))
        resolve()
      })
      connections.closeAll()
    })
  return { server, close: () => (closing ??= end()) }
}
