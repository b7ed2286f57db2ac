import { SECOND_MS, type Timestamp } from '../../model/time.js'
import { DeliveryError } from '../delivery-error.js'
import type { NotifierSurroundings } from '../notifier.js'
import { HTTP_ANSWERS } from './answers.js'
import { basicAuthorization } from './basic-authorization.js'
import { createClient } from './create-client.js'
import { readEither } from './http-access.js'
import type { OAuth2Config } from './http-schema.js'
import { parseTokenAnswer, parseTokenError } from './parse-token-answer.js'
import { readProxy } from './read-proxy.js'
import { send } from './send.js'

/** A token, and whether it was kept from before. */
export interface Token {
  readonly text: string
  readonly isKept: boolean
  /** What no error may show. */
  readonly secrets: readonly string[]
}

/** Tokens for client credentials (RFC 6749, 4.4), kept until they expire. */
export interface TokenSource {
  /** Throws a `DeliveryError`, always one that may be tried again: what was refused may be put right. */
  read(signal: AbortSignal): Promise<Token>
  /** Says that a token was not taken. */
  forget(token: Token): void
  close(): Promise<void>
}

interface Given {
  readonly text: string
  /** Undefined where the server does not say. */
  readonly until: Timestamp | undefined
}

/** A token is not used in the last moments of its life, in which it may expire on its way. */
const MARGIN_MS = 10 * SECOND_MS

/** How the client says who it is: by basic authorization, or, where a server does not take that, in the form. */
type Style = 'header' | 'form'

export function createTokenSource(
  config: OAuth2Config,
  surroundings: NotifierSurroundings,
  timeoutMs: number | undefined,
): TokenSource {
  const { clock } = surroundings
  const ask = createAsking(config, surroundings, timeoutMs)
  let kept: Given | undefined
  let style: Style = 'header'
  let asking: Promise<Given> | undefined

  async function askInAnyStyle(signal: AbortSignal): Promise<Given> {
    try {
      return await ask.token(style, signal)
    } catch (error) {
      if (!isRefusal(error)) throw error
      const other = style === 'header' ? 'form' : 'header'
      const given = await ask.token(other, signal)
      style = other
      return given
    }
  }

  async function renew(signal: AbortSignal): Promise<Given> {
    try {
      kept = await askInAnyStyle(signal)
      return kept
    } catch (error) {
      throw toTokenError(error)
    } finally {
      asking = undefined
    }
  }

  return {
    read: async (signal) => {
      const secrets = await ask.secrets()
      if (kept !== undefined && (kept.until === undefined || clock.now() < kept.until))
        return { text: kept.text, isKept: true, secrets: [...secrets, kept.text] }
      asking ??= renew(signal)
      const { text } = await asking
      return { text, isKept: false, secrets: [...secrets, text] }
    },
    forget: ({ text }) => {
      if (kept?.text === text) kept = undefined
    },
    close: () => ask.close(),
  }
}

interface Asking {
  token(style: Style, signal: AbortSignal): Promise<Given>
  secrets(): Promise<readonly string[]>
  close(): Promise<void>
}

function createAsking(
  config: OAuth2Config,
  surroundings: NotifierSurroundings,
  timeoutMs: number | undefined,
): Asking {
  const { clock, secrets: reader } = surroundings
  const { token_url: url, scopes = [], endpoint_params: params = {} } = config
  const client = createClient(surroundings, { timeoutMs, tls: config.tls_config })

  async function readCredentials() {
    const id = await config.client_id.read(reader)
    return { id, secret: await readEither(config.client_secret, config.client_secret_file, reader) }
  }

  return {
    async token(style, signal) {
      const { id, secret } = await readCredentials()
      const form = new URLSearchParams({ grant_type: 'client_credentials' })
      if (scopes.length > 0) form.set('scope', scopes.join(' '))
      for (const [name, value] of Object.entries(params)) form.set(name, await value.read(reader))
      if (style === 'form') for (const [name, value] of toFields(id, secret)) form.set(name, value)
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...(style === 'header' ? { authorization: toHeader(id, secret) } : {}),
      }
      const request = { url, headers, body: form.toString(), proxy: await readProxy(config, url, reader) }
      const secrets = [secret, encodeForm(secret), ...form.values()].filter((each) => each.length > 3)
      const answers = HTTP_ANSWERS
      return toGiven(
        await send(request, { client, clock, answers, signal, secrets, quote: parseTokenError }),
        clock.now(),
      )
    },
    secrets: async () => [(await readCredentials()).secret],
    close: () => client.close(),
  }
}

function toFields(id: string, secret: string): readonly (readonly [string, string])[] {
  return [
    ['client_id', id],
    ['client_secret', secret],
  ]
}

/** RFC 6749, 2.3.1: both are encoded as in a form before they are joined. */
function toHeader(id: string, secret: string): string {
  return basicAuthorization(encodeForm(id), encodeForm(secret))
}

function encodeForm(text: string): string {
  return new URLSearchParams({ x: text }).toString().slice(2)
}

function toGiven(answer: string, now: Timestamp): Given {
  const given = parseTokenAnswer(answer)
  if (given === undefined)
    throw new DeliveryError('the answer holds no bearer token', { reason: 'server_error', retryable: true })
  const { text, lifetimeMs } = given
  return { text, until: lifetimeMs === undefined ? undefined : now + lifetimeMs - MARGIN_MS }
}

function isRefusal(error: unknown): boolean {
  return error instanceof DeliveryError && ['client_error', 'unauthorized'].includes(error.reason)
}

function toTokenError(thrown: unknown): unknown {
  if (!(thrown instanceof DeliveryError)) return thrown
  const reason = isRefusal(thrown) || thrown.reason === 'redirect' ? 'unauthorized' : thrown.reason
  return new DeliveryError(`no token: ${thrown.message}`, {
    reason,
    retryable: true,
    retryAfterMs: thrown.retryAfterMs,
    cause: thrown,
  })
}
