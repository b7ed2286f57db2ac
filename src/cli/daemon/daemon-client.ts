import { SECOND_MS } from '../../model/time.js'
import { withoutSecrets } from '../../model/without-secrets.js'
import { DaemonError } from './daemon-error.js'

/** The API of a running tracebell. Every call rejects with a `DaemonError` where there is no good answer. */
export interface DaemonClient {
  /** The answer as JSON; undefined where it is empty. */
  ask(request: DaemonRequest): Promise<unknown>
}

export interface DaemonRequest {
  /** From the root, without a query. */
  readonly path: string
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly params?: URLSearchParams
  /** Sent as JSON. */
  readonly body?: unknown
}

export interface DaemonClientOptions {
  /** Where its API is. */
  readonly url: URL
  /** The `authorization` header; undefined for none. */
  readonly authorization: string | undefined
}

const TIMEOUT_MS = 30 * SECOND_MS
const MOST_BYTES = 256 * 1024 * 1024
const LONGEST_MESSAGE = 2000
const HINT = 'check that tracebell runs, with TRACEBELL_API_LISTEN as it is set here'
const NEEDED = 'set TRACEBELL_TOKEN, or TRACEBELL_USERNAME and TRACEBELL_PASSWORD, as they are set there'

/** Asks over HTTP. It follows no redirect, as that would hand on what is asked with. */
export function createDaemonClient({ url, authorization }: DaemonClientOptions): DaemonClient {
  const base = url.href.replace(/\/$/, '')
  return {
    ask: async ({ path, method = 'GET', params, body }) => {
      const query = params === undefined || params.size === 0 ? '' : `?${params.toString()}`
      const response = await send(`${base}${path}${query}`, {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: toHeaders(authorization, body),
        body: body === undefined ? null : JSON.stringify(body),
      })
      const text = await readBounded(response)
      if (response.status === 401) throw notLetIn(base, authorization)
      if (!response.ok) throw toRefusal(response.status, text, base)
      return text === '' ? undefined : readJson(text, base)
    },
  }
}

function toHeaders(authorization: string | undefined, body: unknown): Record<string, string> {
  return {
    accept: 'application/json',
    ...(authorization === undefined ? {} : { authorization }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    throw noAnswer(new URL(url).origin, error)
  }
}

function noAnswer(where: string, error: unknown): DaemonError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const reason = cause instanceof Error ? cause.message || codeOf(cause) : String(cause)
  return new DaemonError('daemon', `no answer from ${where}: ${reason}; ${HINT}`, { cause: error })
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name
}

async function readBounded(response: Response): Promise<string> {
  const where = withoutSecrets(new URL(response.url).origin)
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength
      if (bytes > MOST_BYTES) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw noAnswer(where, error)
  }
  if (bytes > MOST_BYTES)
    throw new DaemonError('daemon', `${where}: an answer of more than ${MOST_BYTES} bytes`)
  return Buffer.concat(chunks).toString()
}

function readJson(text: string, base: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    throw new DaemonError('daemon', `${base} did not answer with JSON; ${HINT}`)
  }
}

function notLetIn(base: string, authorization: string | undefined): DaemonError {
  if (authorization === undefined)
    return new DaemonError('input', `${base} wants to know who asks: ${NEEDED}`)
  const sent = authorization.startsWith('Bearer ')
    ? 'the token (TRACEBELL_TOKEN)'
    : 'the user name with the password (TRACEBELL_USERNAME, TRACEBELL_PASSWORD)'
  return new DaemonError('input', `${base} did not take ${sent}: it must be as it is set there`)
}

function toRefusal(status: number, text: string, base: string): DaemonError {
  const message = readMessage(text).slice(0, LONGEST_MESSAGE)
  const fault = status >= 400 && status < 500 && status !== 429 ? 'input' : 'daemon'
  return new DaemonError(fault, `${base} answered ${status}${message === '' ? '' : `: ${message}`}`)
}

/** Of the three shapes that errors have: a text, `{"message"}` and `{"error"}`; anything else as it is. */
function readMessage(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'string') return value
    const fields = new Map(Object.entries(Object(value)))
    const message = fields.get('message') ?? fields.get('error')
    return typeof message === 'string' ? message : text
  } catch {
    return text.trim()
  }
}
