import { EventEmitter, once } from 'node:events'
import { Agent, request, type ServerResponse } from 'node:http'
import { connect, createServer, type Socket } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { listen, ListenError, listenWith, type Listener, type ListenOptions } from './listen.js'

const HAS_V6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
)

afterEach(() => {
  vi.useRealTimers()
})

async function open(options: Partial<ListenOptions> = {}): Promise<Listener> {
  const listener = await listen({
    name: 'API and metrics',
    variable: 'TRACEBELL_API_LISTEN',
    canBeOff: true,
    address: { host: '127.0.0.1', port: 0 },
    handler: (_, response) => void response.end('hello'),
    ...options,
  })
  onTestFinished(() => listener.close())
  return listener
}

const portOf = ({ url }: Listener): number => Number(new URL(url).port)

async function ask(url: string, agent: Agent | false = false): Promise<string> {
  const asked = request(url, { agent })
  asked.end()
  const [response] = await once(asked, 'response')
  return text(response)
}

async function dial(listener: Listener): Promise<Socket> {
  const socket = connect(portOf(listener), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  // A connection that is cut may be reset.
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** The error with which an address cannot be listened on. */
async function failureOf(address: ListenOptions['address']): Promise<unknown> {
  return open({ address }).then(
    () => 'listening',
    (error: unknown) => error,
  )
}

describe('listen', () => {
  it('answers at the address it tells', async () => {
    const listener = await open()
    expect(listener.url).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    expect(await ask(listener.url)).toBe('hello')
  })

  it('tells a loopback address where it listens on all', async () => {
    const listener = await open({ address: { host: '0.0.0.0', port: 0 } })
    expect(listener.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(await ask(listener.url)).toBe('hello')
  })

  it.skipIf(!HAS_V6).each(['::1', '::'])('listens on IPv6: %s', async (host) => {
    const listener = await open({ address: { host, port: 0 } })
    expect(listener.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
    expect(await ask(listener.url)).toBe('hello')
  })

  it.each([
    ['127.0.0.1', true],
    ['127.0.0.2', true],
    ['localhost', true],
    ['LOCALHOST', true],
    ['0.0.0.0', true],
    ['::1', true],
    ['::', true],
    [hostname(), true],
    ['10.0.0.1', false],
    ['localhost.example.org', false],
    ['1127.0.0.1', false],
    ['127.999.999.999', false],
    ['', false],
  ])('knows whether %s is itself: %j', async (host, itself) => {
    const listener = await open()
    expect(listener.isAt(host, portOf(listener))).toBe(itself)
    expect(listener.isAt(host, portOf(listener) + 1)).toBe(false)
  })

  it('goes on after nonsense on the wire', async () => {
    const listener = await open()
    for (const nonsense of [
      '\0\0\0',
      'GET\r\n\r\n',
      'GET / HTTP/9\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '{}\n\n',
    ]) {
      const socket = await dial(listener)
      socket.end(nonsense)
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /)
    }
    expect(await ask(listener.url)).toBe('hello')
  })

  it('goes on where a connection could not be accepted', async () => {
    const listener = await open({
      handler: ({ socket }, response) => {
        const server: unknown = Reflect.get(socket, 'server')
        for (const emit of [1, 2]) {
          Reflect.apply(Reflect.get(Object(server), 'emit'), server, ['error', new Error(`EMFILE ${emit}`)])
        }
        response.end('still here')
      },
    })
    expect(await ask(listener.url)).toBe('still here')
  })
})

describe('listenWith', () => {
  it('opens a server that speaks something else, and closes it as it was told to', async () => {
    const server = createServer((socket) => void socket.end('something else'))
    let ended = 0
    const end = async (): Promise<void> => {
      ended += 1
      server.close()
    }
    const place = { name: 'OTLP/gRPC', variable: 'TRACEBELL_OTLP_GRPC_LISTEN', canBeOff: true }
    const listener = await listenWith(server, { ...place, address: { host: '127.0.0.1', port: 0 } }, end)
    expect(await text(await dial(listener))).toBe('something else')
    expect(listener.isAt('localhost', portOf(listener))).toBe(true)
    const taken = listenWith(
      createServer(),
      { ...place, address: { host: '127.0.0.1', port: portOf(listener) } },
      end,
    )
    await expect(taken).rejects.toThrow(
      /^OTLP\/gRPC: port \d+ on 127\.0\.0\.1 is taken; set TRACEBELL_OTLP_GRPC_LISTEN/,
    )
    expect(ended).toBe(0)
    await listener.close()
    expect(ended).toBe(1)
  })
})

describe('listen, where it cannot', () => {
  it('names the variable and another address where the port is taken', async () => {
    const port = portOf(await open())
    const error = await failureOf({ host: '127.0.0.1', port })
    const other = port + 10_000 <= 65_535 ? port + 10_000 : port - 10_000
    expect(error).toBeInstanceOf(ListenError)
    expect(error).toMatchObject({
      name: 'ListenError',
      message: `API and metrics: port ${port} on 127.0.0.1 is taken; set TRACEBELL_API_LISTEN to another address, such as 127.0.0.1:${other}, or to off`,
      cause: { code: 'EADDRINUSE' },
    })
  })

  it.skipIf(!HAS_V6)('writes an IPv6 address as the variable wants it', async () => {
    const port = portOf(await open({ address: { host: '::1', port: 0 } }))
    expect(await failureOf({ host: '::1', port })).toMatchObject({
      message: expect.stringMatching(
        /is taken; set TRACEBELL_API_LISTEN to another address, such as \[::1\]:\d+, or/,
      ),
    })
  })

  it.each([
    [9320, 19_320],
    [55_535, 65_535],
    [55_536, 45_536],
    [65_535, 55_535],
    [0, 0],
  ])('instead of port %d proposes %d', async (port, other) => {
    // An address from the range for documentation: no machine has it.
    expect(await failureOf({ host: '192.0.2.1', port })).toMatchObject({
      message: `API and metrics: this machine has no address 192.0.2.1; set TRACEBELL_API_LISTEN to another address, such as 192.0.2.1:${other}, or to off`,
    })
  })

  it('tells of a host that is none', async () => {
    const host = `${'x'.repeat(70)}.invalid`
    const error = await failureOf({ host, port: 9320 })
    expect(error).toBeInstanceOf(ListenError)
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^API and metrics: cannot listen on x+\.invalid:9320 \(.+\); set TRACEBELL_API_LISTEN/,
      ),
    })
  })

  it('leaves the port to others after it failed', async () => {
    const first = await open()
    const address = { host: '127.0.0.1', port: portOf(first) }
    expect(await failureOf(address)).toBeInstanceOf(ListenError)
    await first.close()
    expect(await ask((await open({ address })).url)).toBe('hello')
  })
})

describe('listen, closed', () => {
  it('takes no more connections', async () => {
    const listener = await open()
    await listener.close()
    await expect(ask(listener.url)).rejects.toThrow('ECONNREFUSED')
  })

  it('may be closed twice, and again while it closes', async () => {
    const listener = await open()
    await Promise.all([listener.close(), listener.close()])
    await listener.close()
    await expect(ask(listener.url)).rejects.toThrow('ECONNREFUSED')
  })

  it('does not wait for a client that keeps its connection and asks for nothing', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const listener = await open()
    const agent = new Agent({ keepAlive: true })
    onTestFinished(() => agent.destroy())
    await ask(listener.url, agent)
    await listener.close()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('lets a request that is under way be answered', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { listener, asked, answer } = await openSlow()
    let closed = false
    const closing = listener.close().then(() => (closed = true))
    await vi.advanceTimersByTimeAsync(999)
    expect(closed).toBe(false)
    answer('late')
    expect(await asked).toBe('late')
    await closing
    expect(vi.getTimerCount()).toBe(0)
  })

  it('cuts a request after a second', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { listener, asked } = await openSlow()
    const outcome = asked.catch((error: unknown) => String(error))
    const closing = listener.close()
    await vi.advanceTimersByTimeAsync(1000)
    await closing
    expect(await outcome).toBe('Error: socket hang up')
  })

  it.each([
    ['sends nothing', ''],
    ['never ends its headers', 'GET / HTTP/1.1\r\nhost: x\r\n'],
    ['never ends its body', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab'],
  ])('cuts a client that %s', async (_, sent) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const listener = await open({
      handler: ({ method }, response) => void (method === 'GET' && response.end()),
    })
    const socket = await dial(listener)
    socket.write(sent)
    // By the time a later request was answered, what was sent has arrived.
    await ask(listener.url)
    const closing = listener.close()
    const gone = once(socket, 'close')
    socket.resume()
    await vi.advanceTimersByTimeAsync(1000)
    await closing
    await gone
    expect(socket.destroyed).toBe(true)
  })
})

/** A listener with one request under way, which is answered when the test says so. */
async function openSlow() {
  const arrivals = new EventEmitter()
  const listener = await open({ handler: (_, response) => void arrivals.emit('response', response) })
  const arriving = once(arrivals, 'response')
  const asked = ask(listener.url)
  const [response]: ServerResponse[] = await arriving
  return { listener, asked, answer: (body: string) => void response?.end(body) }
}
