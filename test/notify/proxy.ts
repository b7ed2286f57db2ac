import { createServer, type IncomingMessage, request as forward, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { onTestFinished } from 'vitest'
import { listenOnLoopback } from '../loopback.js'

/** An HTTP proxy: tunnels for CONNECT, and requests with a whole address. */
export interface TestProxy {
  /** As `http://127.0.0.1:40001`. */
  readonly origin: string
  /** What it was asked for, as `CONNECT localhost:40002` or `POST http://…`. */
  readonly asked: readonly string[]
  /** What else it was sent. */
  readonly headers: readonly IncomingMessage['headers'][]
}

export interface TestProxyOptions {
  /** The value of `Proxy-Authorization` without which it answers 407. */
  readonly authorization?: string
  /** Whether CONNECT is never answered. */
  readonly hangs?: boolean
}

/** Starts one, until the test ends. */
export async function startProxy({
  authorization,
  hangs = false,
}: TestProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = []
  const headers: IncomingMessage['headers'][] = []
  const open = new Set<Duplex>()

  function admit(request: IncomingMessage): boolean {
    asked.push(`${request.method} ${request.url}`)
    headers.push(request.headers)
    return authorization === undefined || request.headers['proxy-authorization'] === authorization
  }

  function tunnel(request: IncomingMessage, near: Duplex): void {
    open.add(near.on('error', () => near.destroy()))
    if (!admit(request)) return void near.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    if (hangs) return
    const [host = '', port = ''] = (request.url ?? '').split(':')
    const far = connect(Number(port), host, () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      far.pipe(near)
      near.pipe(far)
    })
    open.add(far.on('error', () => near.destroy()))
  }

  function pass(request: IncomingMessage, response: ServerResponse): void {
    if (!admit(request)) return void response.writeHead(407).end()
    const { method, url = '', headers: given } = request
    const passed = forward(url, { method, headers: { ...given, via: '1.1 test' } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(passed.on('error', () => response.destroy()))
  }

  const server = createServer(pass).on('connect', tunnel)
  const origin = await listenOnLoopback(server)
  onTestFinished(() => open.forEach((socket) => socket.destroy()))
  return { origin, asked, headers }
}
