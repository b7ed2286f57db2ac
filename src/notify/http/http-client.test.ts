import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { listenOnLoopback } from '../../../test/loopback.js'
import { createTestClock } from '../../../test/test-clock.js'
import { createHttpClient, type HttpOutcome } from './http-client.js'

const never = new AbortController().signal

async function setUp(answer: RequestListener, { path = '/', credentials = '' } = {}) {
  const requests: { readonly message: IncomingMessage; readonly body: string }[] = []
  const events = new EventEmitter()
  const requested = once(events, 'request')
  const server = createServer((message, response) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => {
      requests.push({ message, body: Buffer.concat(chunks).toString() })
      answer(message, response)
      events.emit('request')
    })
  })
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  const origin = await listenOnLoopback(server)
  const clock = createTestClock()
  const untracedCalls: unknown[] = []
  const client = createHttpClient({
    timeoutMs: 5000,
    userAgent: 'tracebell/1.2.3',
    clock,
    untraced: (work) => {
      untracedCalls.push(work)
      return work()
    },
  })
  onTestFinished(() => client.close())
  const url = new URL(path, origin.replace('//', `//${credentials}`))
  const headers = { 'content-type': 'application/json' }
  const post = (body: string, signal: AbortSignal): Promise<HttpOutcome> =>
    client.post({ url, headers, body }, signal)
  return { post, requests, requested, sockets, clock, untracedCalls }
}

describe('createHttpClient', () => {
  it('posts a JSON text, untraced, and answers the status', async () => {
    const { post, requests, clock, untracedCalls } = await setUp(
      (_request, response) => response.writeHead(202).end('thanks'),
      { path: '/hooks/s3cret?token=a%20b' },
    )
    expect(await post('{"a":"ä"}', never)).toEqual({
      kind: 'answered',
      status: 202,
      retryAfter: undefined,
      text: 'thanks',
    })
    expect(requests).toHaveLength(1)
    expect(requests[0]?.body).toBe('{"a":"ä"}')
    expect(requests[0]?.message).toMatchObject({ method: 'POST', url: '/hooks/s3cret?token=a%20b' })
    expect(requests[0]?.message.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': '10',
      'user-agent': 'tracebell/1.2.3',
    })
    expect(requests[0]?.message.headers['authorization']).toBeUndefined()
    expect(untracedCalls).toHaveLength(1)
    expect(clock.sleeping).toBe(0)
  })

  it('keeps the connection for the next post', async () => {
    const { post, requests, sockets } = await setUp((_request, response) => response.end('{}'))
    await post('1', never)
    await new Promise(setImmediate)
    await post('2', never)
    expect(requests.map(({ body }) => body)).toEqual(['1', '2'])
    expect(sockets).toHaveLength(1)
  })

  it.each([
    ['user:p%40ss@', 'user:p@ss'],
    ['100%@', '100%:'],
  ])('sends the credentials %s of a URL', async (credentials, decoded) => {
    const { post, requests } = await setUp((_request, response) => response.end(), { credentials })
    await post('{}', never)
    expect(requests[0]?.message.headers['authorization']).toBe(
      `Basic ${Buffer.from(decoded).toString('base64')}`,
    )
  })

  it.each<[string, number, Record<string, string>, string | undefined]>([
    ['a failure', 500, {}, undefined],
    ['a wait', 429, { 'retry-after': '7' }, '7'],
    ['a redirect, which it does not follow', 307, { location: '/elsewhere' }, undefined],
  ])('answers the status of %s', async (_name, status, headers, retryAfter) => {
    const { post, requests } = await setUp((_request, response) => response.writeHead(status, headers).end())
    expect(await post('{}', never)).toEqual({ kind: 'answered', status, retryAfter, text: '' })
    expect(requests.map(({ message }) => message.url)).toEqual(['/'])
  })

  it('reads no more than a bounded part of an endless answer', async () => {
    let sent = 0
    const pour = (response: ServerResponse): void => {
      const chunk = Buffer.alloc(64 * 1024)
      while (!response.destroyed && response.write(chunk)) sent += chunk.length
      response.once('drain', () => {
        pour(response)
      })
    }
    const { post, sockets } = await setUp((_request, response) => {
      response.writeHead(200)
      pour(response)
    })
    expect(await post('{}', never)).toMatchObject({ kind: 'answered', status: 200 })
    await closed(sockets[0])
    expect(sent).toBeLessThan(64 * 1024 * 1024)
  })

  it('counts an answer that is cut off after its status', async () => {
    const { post } = await setUp((_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half of', () => response.destroy())
    })
    expect(await post('{}', never)).toMatchObject({ kind: 'answered', status: 200 })
  })

  it.each<[string, RequestListener, string]>([
    ['a connection that is cut before a status', (request) => request.socket.destroy(), 'other side closed'],
    [
      'something other than HTTP',
      (request) => request.socket.end('SSH-2.0-OpenSSH\r\n\r\n'),
      'Expected HTTP/, RTSP/ or ICE/',
    ],
  ])('tells of %s', async (_name, answer, error) => {
    const { post, clock } = await setUp(answer)
    expect(await post('{}', never)).toEqual({
      kind: 'unanswered',
      why: 'network',
      error: expect.stringContaining(error),
    })
    expect(clock.sleeping).toBe(0)
  })

  it('tells of a connection that is refused, without the secret in the URL', async () => {
    const server = createServer()
    const origin = await listenOnLoopback(server)
    server.close()
    await once(server, 'close')
    const client = createHttpClient({
      timeoutMs: 5000,
      userAgent: 'tracebell',
      clock: createTestClock(),
      untraced: (work) => work(),
    })
    onTestFinished(() => client.close())
    const url = new URL('/s3cret?s3cret', origin.replace('//', '//s3cret:s3cret@'))
    const outcome = await client.post({ url, headers: {}, body: '{}' }, never)
    expect(outcome).toMatchObject({ kind: 'unanswered', error: expect.stringContaining('ECONNREFUSED') })
    expect(JSON.stringify(outcome)).not.toContain('s3cret')
  })

  it('gives up on a receiver that does not answer in time, and closes the connection', async () => {
    const { post, clock, requested, sockets } = await setUp(() => {})
    const outcome = post('{}', never)
    await requested
    await clock.advance(4999)
    expect(await Promise.race([outcome, Promise.resolve('waiting')])).toBe('waiting')
    await clock.advance(1)
    expect(await outcome).toEqual({ kind: 'unanswered', why: 'timeout', error: 'no answer within 5000 ms' })
    await closed(sockets[0])
  })

  it('waits no longer for the rest of an answer either', async () => {
    const { post, clock, sockets } = await setUp((_request, response) => {
      response.writeHead(503, { 'retry-after': '9' }).write('and then')
    })
    const headersRead = new Promise<void>((resolve) => {
      const read = (): void => {
        unsubscribe('undici:request:headers', read)
        resolve()
      }
      subscribe('undici:request:headers', read)
    })
    const outcome = post('{}', never)
    await headersRead
    await clock.advance(4999)
    expect(await Promise.race([outcome, Promise.resolve('waiting')])).toBe('waiting')
    await clock.advance(1)
    expect(await outcome).toEqual({ kind: 'answered', status: 503, retryAfter: '9', text: 'and then' })
    await closed(sockets[0])
  })

  it('ends at once when aborted, before or while it waits', async () => {
    const { post, clock, requested, requests } = await setUp(() => {})
    expect(await post('{}', AbortSignal.abort())).toEqual({
      kind: 'unanswered',
      why: 'stopped',
      error: 'stopped',
    })
    const stop = new AbortController()
    const outcome = post('{}', stop.signal)
    await requested
    stop.abort()
    expect(await outcome).toEqual({ kind: 'unanswered', why: 'stopped', error: 'stopped' })
    expect(requests).toHaveLength(1)
    expect(clock.sleeping).toBe(0)
  })
})

function closed(socket: Socket | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (!socket || socket.destroyed) resolve()
    else socket.once('close', () => resolve())
  })
}
