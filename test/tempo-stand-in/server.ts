import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import type { Clock } from '../../src/model/clock.js'
import type { Answer } from './answer.js'
import { exchangeTypes, type Fault } from './fault.js'

/** A real HTTP server in front of the stand-in, on 127.0.0.1. */
export interface StandInServer {
  /** Its address, such as `http://127.0.0.1:40123`. It stays the same while connections are refused. */
  readonly url: string
  /** Drops every connection and refuses new ones. */
  refuse(): Promise<void>
  /** Listens again, on the same port. */
  accept(): Promise<void>
  close(): Promise<void>
}

/** What the stand-in does with one request: the true answer (undefined: the connection drops), and what goes wrong. */
export interface Handled {
  readonly answer: Answer | undefined
  readonly fault: Fault | undefined
}

/** Starts a server on a free port that answers as `handle` says; delays pass in the time of `clock`. */
export async function startServer(
  handle: (request: IncomingMessage) => Handled,
  clock: Clock,
): Promise<StandInServer> {
  const closing = new AbortController()
  const server = createServer((request, response) => {
    // The body of a POST is not read, only let through.
    request.resume()
    const { answer, fault } = handle(request)
    send(answer, fault, request, response, clock, closing.signal).catch((error: unknown) => {
      if (!closing.signal.aborted) throw error
    })
  })
  await listenOn(server, 0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port')
  const { port } = address
  return {
    url: `http://127.0.0.1:${port}`,
    refuse: () => shut(server),
    accept: () => listenOn(server, port),
    close: () => {
      closing.abort(new Error('the stand-in was closed'))
      return shut(server)
    },
  }
}

function listenOn(server: Server, port: number): Promise<void> {
  if (server.listening) return Promise.resolve()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject)
      resolve()
    })
  })
}

function shut(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve()
  return new Promise((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}

async function send(
  answer: Answer | undefined,
  fault: Fault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  if (fault?.kind === 'hang') return
  if (!answer || fault?.kind === 'reset') return void response.socket?.resetAndDestroy()
  if (fault?.kind === 'delay') await clock.sleepUntil(clock.now() + fault.ms, signal)
  if (fault?.kind === 'endless') return sendEndless(response)
  if (fault?.kind === 'cut') return sendHalf(answer, response)
  sendWhole(fault ? spoil(answer, fault) : answer, request, response)
}

function spoil(answer: Answer, fault: Fault): Answer {
  switch (fault.kind) {
    case 'answer':
      return { status: fault.status, headers: fault.headers ?? {}, body: fault.body ?? '' }
    case 'not-json':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!doctype html><title>Log in</title>',
      }
    case 'wrong-types':
      return exchangeTypes(answer)
    case 'redirect':
      return { status: 302, headers: { location: fault.location }, body: '' }
    case 'hang':
    case 'delay':
    case 'cut':
    case 'endless':
    case 'reset':
      break
  }
  return answer
}

function sendWhole(
  { status, headers, body }: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!/\bgzip\b/.test(request.headers['accept-encoding']?.toString() ?? '')) {
    response.writeHead(status, headers).end(body)
    return
  }
  response.writeHead(status, { ...headers, 'content-encoding': 'gzip' }).end(gzipSync(body))
}

function sendHalf({ status, headers, body }: Answer, response: ServerResponse): void {
  const bytes = Buffer.from(body)
  response.writeHead(status, { ...headers, 'content-length': bytes.length })
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    response.destroy()
  })
}

// Writes only as fast as the client reads, so that nothing piles up here.
function sendEndless(response: ServerResponse): void {
  const piece = Buffer.alloc(16 * 1024, ' ')
  const more = (): void => {
    let room = true
    while (room && !response.destroyed) room = response.write(piece)
  }
  response.on('drain', more)
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"traces":[')
  more()
}
