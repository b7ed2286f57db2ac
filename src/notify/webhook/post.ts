import { Pool } from 'undici'
import type { Clock } from '../../model/clock.js'
import { DeadlineExceeded, withDeadline } from '../../model/deadline.js'
import type { Untraced } from '../../telemetry/untraced.js'

const MAX_ANSWER_BYTES = 64 * 1024

/** How an HTTP POST ended: with a status, or without any answer. */
export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | undefined }
  | { readonly kind: 'unanswered'; readonly error: string }

/** Posts a JSON text. Never rejects: an aborted post is unanswered. */
export type Post = (body: string, signal: AbortSignal) => Promise<PostOutcome>

export interface PosterOptions {
  readonly url: URL
  /** For the whole exchange, from the connection to the end of the answer. */
  readonly timeoutMs: number
  readonly userAgent: string
  readonly clock: Clock
  readonly untraced: Untraced
}

/**
 * Posts to one URL over connections that it keeps. A status counts as soon as it is there: whether the rest of the
 * answer comes, is cut off or is too long changes nothing for a receiver that has accepted. Redirects are not followed.
 * No error text holds the URL's path, query or password, which may be secrets.
 */
export function createPoster(options: PosterOptions): { readonly post: Post; close(): Promise<void> } {
  const { url, timeoutMs, userAgent, clock, untraced } = options
  // Without a bound on connections: a request that waited for one would be sent outside of `untraced`.
  const pool = new Pool(url.origin, { connect: { timeout: timeoutMs }, headersTimeout: 0, bodyTimeout: 0 })
  const request = {
    method: 'POST',
    path: url.pathname + url.search,
    headers: { 'content-type': 'application/json', 'user-agent': userAgent, ...authorization(url) },
  } as const

  const exchange = async (body: string, signal: AbortSignal): Promise<PostOutcome> => {
    const { statusCode, headers, body: answer } = await pool.request({ ...request, body, signal })
    await answer.dump({ limit: MAX_ANSWER_BYTES })
    const retryAfter = headers['retry-after']
    return {
      kind: 'answered',
      status: statusCode,
      retryAfter: Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
    }
  }

  return {
    post: async (body, signal) => {
      try {
        return await withDeadline(clock, timeoutMs, signal, (bounded) =>
          untraced(() => exchange(body, bounded)),
        )
      } catch (error) {
        return { kind: 'unanswered', error: signal.aborted ? 'stopped' : describe(error) }
      }
    },
    close: () => pool.destroy(),
  }
}

function authorization(url: URL): { authorization?: string } {
  if (url.username === '' && url.password === '') return {}
  const credentials = `${decodePercent(url.username)}:${decodePercent(url.password)}`
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function describe(error: unknown): string {
  if (error instanceof DeadlineExceeded) return `no answer within ${error.timeoutMs} ms`
  if (error instanceof AggregateError && error.message === '') return error.errors.map(describe).join(', ')
  return error instanceof Error && error.message !== '' ? error.message : 'unknown error'
}
