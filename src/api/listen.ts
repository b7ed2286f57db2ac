import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Server as NetServer } from 'node:net'
import { hostname } from 'node:os'
import { isLoopbackIPv4 } from './is-loopback-ipv4.js'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void

/** Where something listens. */
export interface ListenPlace {
  /** What listens, in words for people. */
  readonly name: string
  /** The variable with which a user moves it elsewhere. */
  readonly variable: string
  /** Whether the rest works without it. */
  readonly canBeOff: boolean
  /** Port 0 takes any free one. */
  readonly address: { readonly host: string; readonly port: number }
}

export interface ListenOptions extends ListenPlace {
  readonly handler: Handler
}

export interface Listener {
  /** Where it is reached, without a path. */
  readonly url: string
  /** Whether somebody on this machine who sends to this host and port sends to this listener. */
  isAt(host: string, port: number): boolean
  /** Takes no more requests, and resolves when those under way are done or were cut after a second. */
  close(): Promise<void>
}

/** A listener that could not be opened; its message says what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** How long a client may take over its headers and over its whole request. */
const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 30_000
const CLOSE_GRACE_MS = 1000

/** Opens one HTTP listener. Rejects with a `ListenError` where the address is taken or cannot be had. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    options.handler,
  )
  return listenWith(server, options, () => close(server))
}

/** As `listen`, with a server that speaks something else. `end` closes it, as the listener's `close` does. */
export async function listenWith(
  server: NetServer,
  options: ListenPlace,
  end: () => Promise<void>,
): Promise<Listener> {
  await bind(server, options)
  const address = server.address()
  const { host } = options.address
  const port = typeof address === 'object' && address !== null ? address.port : options.address.port
  return {
    url: `http://${reachable(host)}:${port}`,
    isAt: (sentTo, sentPort) => sentPort === port && (sentTo === host || isThisMachine(sentTo)),
    close: end,
  }
}

/** The host as it stands in an address for this machine: one that means every address is reached by loopback. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return inBrackets(host)
}

function inBrackets(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function isThisMachine(host: string): boolean {
  return /^(?:localhost|0\.0\.0\.0|::1?)$/i.test(host) || isLoopbackIPv4(host) || host === hostname()
}

function bind(server: NetServer, options: ListenPlace): Promise<void> {
  const { host, port } = options.address
  return new Promise((resolve, reject) => {
    // It stays: an error later on, when the process has no file descriptors left, must not end the process.
    server.on('error', (error) => reject(new ListenError(describe(error, options), { cause: error })))
    server.listen({ host, port, exclusive: true }, resolve)
  })
}

function describe(error: Error, { name, variable, canBeOff, address: { host, port } }: ListenPlace): string {
  const code = 'code' in error ? error.code : undefined
  const cure = `set ${variable} to another address, such as ${inBrackets(host)}:${otherPort(port)}${canBeOff ? ', or to off' : ''}`
  if (code === 'EADDRINUSE') return `${name}: port ${port} on ${host} is taken; ${cure}`
  if (code === 'EACCES') return `${name}: port ${port} on ${host} may not be opened by this user; ${cure}`
  if (code === 'EADDRNOTAVAIL') return `${name}: this machine has no address ${host}; ${cure}`
  return `${name}: cannot listen on ${inBrackets(host)}:${port} (${error.message}); ${cure}`
}

function otherPort(port: number): number {
  if (port === 0) return 0
  return port + 10_000 <= 65_535 ? port + 10_000 : port - 10_000
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS)
    // Idle connections are closed at once.
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
  })
}
