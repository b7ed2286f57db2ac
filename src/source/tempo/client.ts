import { Socket } from 'node:net'
import { Agent, buildConnector, request } from 'undici'
import type { Clock } from '../../model/clock.js'
import { withDeadline } from '../../model/deadline.js'
import { SourceError } from '../../model/source-error.js'
import type { Metrics } from '../../telemetry/metrics.js'
import type { Spans } from '../../telemetry/spans.js'
import type { Untraced } from '../../telemetry/untraced.js'
import type { TempoConfig } from './config.js'
import { answerError, bodyTooLarge, brokenAnswer, requestError } from './errors.js'

export interface TempoClientOptions {
  /** Whether a request under way keeps a process alive that has nothing else to do; true by default. */
  readonly keepAlive?: boolean | undefined
  readonly config: TempoConfig
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'queryDuration'>
  readonly spans: Spans
  /** Runs its argument where the host's OpenTelemetry makes no spans of our requests. */
  readonly untraced: Untraced
}

export interface TempoRequest {
  readonly path: string
  readonly params?: Readonly<Record<string, string | number | undefined>>
  readonly timeoutMs: number
  readonly maxBytes: number
  /** JSON by default, or plain text. */
  readonly accept?: string | undefined
}

/** One HTTP GET at a time to one Tempo: bounded in time and size, no redirects, every failure a `SourceError`. */
export interface TempoClient {
  bytes(ask: TempoRequest, signal: AbortSignal): Promise<Buffer>
  text(ask: TempoRequest, signal: AbortSignal): Promise<string>
  json(ask: TempoRequest, signal: AbortSignal): Promise<unknown>
  /** The address of a path, as it may be shown in a log. */
  address(path: string): string
  close(): Promise<void>
}

const CONNECTIONS = 4

export function createTempoClient({
  config,
  clock,
  metrics,
  spans,
  untraced,
  keepAlive = true,
}: TempoClientOptions): TempoClient {
  const agent = new Agent({
    connections: CONNECTIONS,
    headersTimeout: 0,
    bodyTimeout: 0,
    ...(keepAlive ? {} : { connect: connectLoosely }),
  })
  const secrets = Object.values(config.headers).flatMap((value) =>
    [value, ...value.split(' ')].filter(isSecret),
  )
  const base = config.url.href.replace(/\/+$/, '')

  function bytes(ask: TempoRequest, signal: AbortSignal): Promise<Buffer> {
    return spans.within('tempo query', { 'url.path': ask.path }, () => timed(ask, signal))
  }

  async function timed(ask: TempoRequest, signal: AbortSignal): Promise<Buffer> {
    const startedAt = clock.now()
    try {
      return await withDeadline(clock, ask.timeoutMs, signal, (bounded) => untraced(() => get(ask, bounded)))
    } catch (error) {
      signal.throwIfAborted()
      throw requestError(error, config)
    } finally {
      metrics.queryDuration.observe(clock.now() - startedAt)
    }
  }

  async function get(ask: TempoRequest, signal: AbortSignal): Promise<Buffer> {
    const response = await request(`${base}${ask.path}${encodeParams(ask.params)}`, {
      dispatcher: agent,
      signal,
      headers: { accept: ask.accept ?? 'application/json, text/plain;q=0.5', ...config.headers },
    })
    const body = await readBody(response.body, response.statusCode === 200 ? ask.maxBytes : MAX_ERROR_BYTES)
    if (response.statusCode !== 200)
      throw answerError(
        {
          status: response.statusCode,
          body: withoutSecrets(body?.toString('utf8') ?? ''),
          retryAfter: response.headers['retry-after']?.toString(),
        },
        config,
      )
    if (body === undefined) throw bodyTooLarge(ask.maxBytes)
    return body
  }

  /** What a gateway says of a refused request may quote what it was sent. */
  function withoutSecrets(said: string): string {
    return secrets.reduce((rest, secret) => rest.replaceAll(secret, '(hidden)'), said)
  }

  const text: TempoClient['text'] = async (ask, signal) => (await bytes(ask, signal)).toString('utf8')

  return {
    bytes,
    text,
    json: async (ask, signal) => parseJson(await text(ask, signal)),
    address: (path) => `${base}${path}`,
    close: () => agent.destroy(),
  }
}

const connectAsUsual = buildConnector({})

/** Connects with a socket that does not hold the process, also while a request waits: undici would hold it then. */
function connectLoosely(...args: Parameters<typeof connectAsUsual>): void {
  // What it answers is the socket, which its types leave out.
  const socket: unknown = connectAsUsual(...args)
  if (!(socket instanceof Socket)) return
  socket.unref()
  socket.ref = () => socket
}

/** The scheme of an authorization is none, and neither is what is too short to be one. */
function isSecret(text: string): boolean {
  return text.length >= 4 && !/^(?:bearer|basic)$/i.test(text)
}

const MAX_ERROR_BYTES = 64 * 1024

/** The body; undefined, and the rest hung up on, where it is larger than `maxBytes`. */
async function readBody(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

function encodeParams(params: TempoRequest['params']): string {
  const given = Object.entries(params ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value)}`],
  )
  return given.length === 0 ? '' : `?${given.join('&')}`
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SourceError) throw error
    throw brokenAnswer('answer is not JSON', text, error)
  }
}
