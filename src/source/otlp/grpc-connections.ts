import {
  performServerHandshake,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'
import type { Clock } from '../../model/clock.js'
import type { Timestamp } from '../../model/time.js'

export interface GrpcConnectionsOptions {
  readonly clock: Clock
  readonly onCall: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void
}

/** The connections of a server. */
export interface GrpcConnections {
  open(socket: Socket): void
  /** Closes those that are idle or dead, again and again until `signal` aborts. Never rejects. */
  lookAfter(signal: AbortSignal): Promise<void>
  /** Takes no more calls; each connection is closed when its last call is answered. */
  closeAll(): void
  /** Ends all at once. */
  cutAll(): void
}

interface Connection {
  readonly socket: Socket
  readonly session: ServerHttp2Session
  calls: number
  /** When its last call ended. */
  idleSince: Timestamp
  /** Whether it is still to answer a ping, or to be gone, until the next look. */
  isDoubted: boolean
}

/** A connection without calls is closed after this long; a client that is there still opens another. */
const IDLE_MS = 300_000
/** A peer that has gone without a word is found out by a ping that is not answered from one look to the next. */
const LOOK_EVERY_MS = 30_000

/** What may be sent before we say that we read it. As all is read when it comes, none of it is held for that. */
const STREAM_WINDOW_BYTES = 256 * 1024
const CONNECTION_WINDOW_BYTES = 1024 * 1024

/** What one connection may have of us. Node itself sends away who floods it with resets, pings or settings. */
const SESSION_OPTIONS = {
  settings: {
    maxConcurrentStreams: 100,
    maxHeaderListSize: 16_384,
    initialWindowSize: STREAM_WINDOW_BYTES,
  },
  maxHeaderListPairs: 64,
  maxSessionInvalidFrames: 100,
  maxSessionMemory: 4,
} as const

export function createGrpcConnections({ clock, onCall }: GrpcConnectionsOptions): GrpcConnections {
  const connections = new Set<Connection>()

  function look(connection: Connection): void {
    const { session, socket, calls, idleSince, isDoubted } = connection
    if (isDoubted) return void socket.destroy()
    connection.isDoubted = true
    if (session.destroyed) return
    if (calls === 0 && clock.now() - idleSince >= IDLE_MS) return session.close()
    session.ping((error) => {
      if (error === null) connection.isDoubted = false
    })
  }

  function open(socket: Socket): void {
    const session = performServerHandshake(socket, SESSION_OPTIONS)
    session.setLocalWindowSize(CONNECTION_WINDOW_BYTES)
    const connection = { socket, session, calls: 0, idleSince: clock.now(), isDoubted: false }
    connections.add(connection)
    socket.on('close', () => connections.delete(connection))
    // They are told of by their end.
    socket.on('error', () => {})
    session.on('error', () => {})
    session.on('stream', (stream, headers) => {
      begin(connection, stream)
      onCall(stream, headers)
    })
  }

  function begin(connection: Connection, stream: ServerHttp2Stream): void {
    connection.calls += 1
    stream.on('close', () => {
      connection.calls -= 1
      connection.idleSince = clock.now()
    })
  }

  return {
    open,
    lookAfter: async (signal) => {
      while (!signal.aborted) {
        await clock.sleepUntil(clock.now() + LOOK_EVERY_MS, signal).catch(() => {})
        if (!signal.aborted) connections.forEach(look)
      }
    },
    closeAll: () => connections.forEach(({ session }) => session.close()),
    cutAll: () => connections.forEach(({ socket }) => void socket.destroy()),
  }
}
