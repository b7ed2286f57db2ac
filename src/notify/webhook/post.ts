import { createHttpClient, type HttpClientOptions } from '../http/http-client.js'

/** How an HTTP POST ended: with a status, or without any answer. */
export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | undefined }
  | { readonly kind: 'unanswered'; readonly error: string }

/** Posts a JSON text. Never rejects: an aborted post is unanswered. */
export type Post = (body: string, signal: AbortSignal) => Promise<PostOutcome>

export interface PosterOptions extends HttpClientOptions {
  readonly url: URL
}

/** Posts to one URL, as `createHttpClient` says. */
export function createPoster(options: PosterOptions): { readonly post: Post; close(): Promise<void> } {
  const client = createHttpClient(options)
  const headers = { 'content-type': 'application/json' }
  return {
    post: async (body, signal) => {
      const outcome = await client.post({ url: options.url, headers, body }, signal)
      if (outcome.kind === 'unanswered') return { kind: 'unanswered', error: outcome.error }
      return { kind: 'answered', status: outcome.status, retryAfter: outcome.retryAfter }
    },
    close: () => client.close(),
  }
}
