import { DeliveryError } from '../delivery-error.js'
import type { NotifierSurroundings } from '../notifier.js'
import type { AnswerTable } from './answers.js'
import { createClient } from './create-client.js'
import { readAccess } from './http-access.js'
import type { HttpRequest } from './http-client.js'
import type { HttpConfig } from './http-schema.js'
import { readProxy } from './read-proxy.js'
import { send } from './send.js'
import { createTokenSource } from './token-source.js'

export interface SendingOptions {
  readonly answers: AnswerTable
  readonly signal: AbortSignal
  /** What no error may show, beside what the configuration itself holds. */
  readonly secrets: readonly string[]
  /** What of an answer that was not taken is worth telling; nothing by default. */
  readonly quote?: (text: string) => string | undefined
}

/** Posts as the user has set it: with his credentials and headers, and through his proxy. */
export interface HttpSender {
  /** Answers the text of an answer that was taken. Throws a `DeliveryError` for any other, and for none. */
  send(request: Omit<HttpRequest, 'proxy'>, options: SendingOptions): Promise<string>
  close(): Promise<void>
}

export interface HttpSenderOptions {
  readonly timeoutMs: number | undefined
  readonly http: HttpConfig | undefined
}

/** Makes one. Throws where a file of its TLS cannot be read. */
export function createHttpSender(
  surroundings: NotifierSurroundings,
  { timeoutMs, http }: HttpSenderOptions,
): HttpSender {
  const { clock, secrets: reader } = surroundings
  const client = createClient(surroundings, { timeoutMs, tls: http?.tls_config })
  const tokens =
    http?.oauth2 === undefined ? undefined : createTokenSource(http.oauth2, surroundings, timeoutMs)

  async function post(
    request: HttpRequest,
    options: SendingOptions,
    authorization: { readonly authorization?: string } = {},
  ): Promise<string> {
    const [access, proxy] = await Promise.all([
      readAccess(http, reader),
      readProxy(http, request.url, reader),
    ])
    const secrets = [...options.secrets, ...access.secrets, ...(proxy === undefined ? [] : [proxy.password])]
    const headers = { ...access.headers, ...request.headers, ...authorization }
    return send({ ...request, headers, proxy }, { ...options, client, clock, secrets })
  }

  /** A token that was kept may have been withdrawn: then the same is posted once more, with a new one. */
  async function postWithToken(
    request: HttpRequest,
    options: SendingOptions,
    mayRepeat = true,
  ): Promise<string> {
    if (tokens === undefined) return post(request, options)
    const token = await tokens.read(options.signal)
    const hiding = { ...options, secrets: [...options.secrets, ...token.secrets] }
    try {
      return await post(request, hiding, { authorization: `Bearer ${token.text}` })
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.reason !== 'unauthorized') throw error
      tokens.forget(token)
      if (!token.isKept || !mayRepeat) throw error
      return postWithToken(request, options, false)
    }
  }

  return {
    send: (request, options) => postWithToken(request, options),
    close: async () => void (await Promise.all([client.close(), tokens?.close()])),
  }
}
