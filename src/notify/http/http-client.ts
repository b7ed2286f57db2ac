import { Agent, type Dispatcher } from 'undici'
import type { Clock } from '../../model/clock.js'
import { DeadlineExceeded, withDeadline } from '../../model/deadline.js'
import type { Untraced } from '../../telemetry/untraced.js'
import { authorizationOf } from './basic-authorization.js'
import { createProxies } from './proxies.js'
import type { TlsOptions } from './read-tls.js'

const MAX_ANSWER_BYTES = 64 * 1024

export interface HttpRequest {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Through which it goes; undefined for none. */
  readonly proxy?: URL | undefined
}

/** How an HTTP POST ended: with a status, or without any answer. */
export type HttpOutcome =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly retryAfter: string | undefined
      /** What was read of its body: at most 64 KiB, and less where it was cut off. */
      readonly text: string
    }
  | { readonly kind: 'unanswered'; readonly why: 'stopped' | 'timeout' | 'network'; readonly error: string }

export interface HttpClientOptions {
  /** For the whole exchange, from the connection to the end of the answer. */
  readonly timeoutMs: number
  readonly userAgent: string
  readonly clock: Clock
  readonly untraced: Untraced
  readonly tls?: TlsOptions | undefined
}

/** Posts over connections that it keeps. */
export interface HttpClient {
  /** Never rejects: an aborted post is unanswered. */
  post(request: HttpRequest, signal: AbortSignal): Promise<HttpOutcome>
  close(): Promise<void>
}

/**
 * A status counts as soon as it is there: whether the rest of the answer comes, is cut off or is too long changes nothing
 * for a receiver that has accepted. Redirects are not followed. No error text holds the URL's path, query or password,
 * which may be secrets.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { timeoutMs, userAgent, clock, untraced, tls } = options
  // Without a bound on connections: a request that waited for one would be sent outside of `untraced`.
  const agent = new Agent({ connect: { ...tls, timeout: timeoutMs }, headersTimeout: 0, bodyTimeout: 0 })
  const proxies = createProxies({ timeoutMs, tls })

  const exchange = async (request: HttpRequest, signal: AbortSignal): Promise<HttpOutcome> => {
    const dispatcher = request.proxy === undefined ? agent : proxies.through(request.proxy)
    const { statusCode, headers, body } = await untilAborted(
      dispatcher.request({ ...toDispatch(request, userAgent), signal }),
      signal,
    )
    const text = await readSome(body)
    const retryAfter = headers['retry-after']
    const first = Array.isArray(retryAfter) ? retryAfter[0] : retryAfter
    return { kind: 'answered', status: statusCode, retryAfter: first, text }
  }

  return {
    post: async (request, signal) => {
      try {
        return await withDeadline(clock, timeoutMs, signal, (bounded) =>
          untraced(() => exchange(request, bounded)),
        )
      } catch (error) {
        if (signal.aborted) return { kind: 'unanswered', why: 'stopped', error: 'stopped' }
        const why = error instanceof DeadlineExceeded ? 'timeout' : 'network'
        return { kind: 'unanswered', why, error: describe(error) }
      }
    },
    close: async () => void (await Promise.all([agent.destroy(), proxies.close()])),
  }
}

/** undici hears of an abort only once there is a connection, for which a proxy may let it wait. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason)
  })
  signal.addEventListener('abort', abort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
    work.catch(() => {})
  }
}

function toDispatch({ url, headers, body }: HttpRequest, userAgent: string): Dispatcher.RequestOptions {
  const authorization = authorizationOf(url)
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: 'POST',
    headers: {
      'user-agent': userAgent,
      ...(authorization === undefined ? {} : { authorization }),
      ...headers,
    },
    body,
  }
}

/** Reads as much as is wanted, and lets go of the connection where there is more. */
async function readSome(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk)
      chunks.push(bytes)
      size += bytes.length
      if (size > MAX_ANSWER_BYTES) break
    }
  } catch {
    // What came before it was cut off is enough.
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8')
}

function describe(error: unknown): string {
  if (error instanceof DeadlineExceeded) return `no answer within ${error.timeoutMs} ms`
  if (error instanceof AggregateError && error.message === '') return error.errors.map(describe).join(', ')
  return error instanceof Error && error.message !== '' ? error.message : 'unknown error'
}
