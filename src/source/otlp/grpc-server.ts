import { createServer, type Server, type Socket } from 'node:net'
import type { handleUnaryCall, MethodDefinition } from '@grpc/grpc-js'
import { encodeSuccess } from './encode-response.js'
import { createGrpcAdmission, type GrpcAdmissionOptions } from './grpc-admission.js'
import { toGrpcStatus, type Grpc } from './grpc-status.js'
import { createIntake, MAX_REQUESTS_IN_FLIGHT, type Intake, type IntakeOptions } from './intake.js'

export interface OtlpGrpcOptions extends IntakeOptions {
  readonly isAllowed: GrpcAdmissionOptions['isAllowed']
}

/** A server that receives spans over OTLP/gRPC once it listens. */
export interface OtlpGrpcServer {
  readonly server: Server
  /** Takes no more calls, and resolves when those under way are done or were cut after a second. */
  close(): Promise<void>
}

const CLOSE_GRACE_MS = 1000
/** A connection without calls is closed after this long; a client that is there still opens another. */
const IDLE_MS = 300_000
/** A peer that has gone without a word is found out by a ping that is not answered. */
const KEEPALIVE_MS = 60_000
const KEEPALIVE_TIMEOUT_MS = 20_000

/**
 * Receives spans over OTLP/gRPC, plain or gzip, and puts them into the window. Memory and time are bounded whatever is
 * sent. The library is loaded here, as most who import us never listen.
 */
export async function createOtlpGrpcServer(options: OtlpGrpcOptions): Promise<OtlpGrpcServer> {
  const grpc = await import('@grpc/grpc-js')
  // It writes to standard error by itself, headers with their secrets included.
  grpc.setLogVerbosity(grpc.logVerbosity.NONE)
  const intake = createIntake(options)
  const closing = new AbortController()
  const calls = new grpc.Server({
    'grpc.max_receive_message_length': options.maxBodyBytes,
    'grpc.max_concurrent_streams': MAX_REQUESTS_IN_FLIGHT,
    'grpc.max_connection_idle_ms': IDLE_MS,
    'grpc.keepalive_time_ms': KEEPALIVE_MS,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
    // It would keep a record of every connection and call, which nobody asks for.
    'grpc.enable_channelz': 0,
    interceptors: [createGrpcAdmission({ ...options, grpc, intake, closing: closing.signal })],
  })
  calls.addService({ Export: EXPORT }, { Export: createExport(grpc, intake) })
  // The sockets are ours: so a port that is taken is told as everywhere else, and all can be cut at the end.
  const connections = calls.createConnectionInjector(grpc.ServerCredentials.createInsecure())
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    connections.injectConnection(socket)
  })
  return {
    server,
    close: () => {
      closing.abort()
      return close(server, calls, sockets)
    },
  }
}

const asItIs = (bytes: Buffer): Buffer => bytes

const EXPORT: MethodDefinition<Buffer, Buffer> = {
  path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  requestStream: false,
  responseStream: false,
  requestSerialize: asItIs,
  requestDeserialize: asItIs,
  responseSerialize: asItIs,
  responseDeserialize: asItIs,
}

function createExport(grpc: Grpc, intake: Intake): handleUnaryCall<Buffer, Buffer> {
  return ({ request }, answer) => {
    try {
      const rejected = intake.take('protobuf', request)
      answer(null, encodeSuccess('protobuf', rejected.spans, rejected.reason))
    } catch (error) {
      answer(toGrpcStatus(grpc, intake.toRefusal(error)))
    }
  }
}

function close(
  server: Server,
  calls: InstanceType<Grpc['Server']>,
  sockets: ReadonlySet<Socket>,
): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, CLOSE_GRACE_MS)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    calls.tryShutdown(() => {})
  })
}
