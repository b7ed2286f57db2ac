import { DeadlineExceeded } from '../../model/deadline.js'
import { SourceError, type SourceErrorReason } from '../../model/source-error.js'
import { SECOND_MS } from '../../model/time.js'
import type { TempoHints } from './config.js'

const PREFIX = 'Tempo API error'
const SHOWN_CHARACTERS = 200
const DEFAULT_SETTING = 'TEMPO_URL'

/** The words for what a network may do to a request, by Node's and undici's codes. */
const NETWORK_FAULTS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'Connection refused'],
  ['ECONNRESET', 'Connection reset'],
  ['EPIPE', 'Connection reset'],
  ['UND_ERR_SOCKET', 'Connection closed before the answer was whole'],
  ['ENOTFOUND', 'Host not found'],
  ['EAI_AGAIN', 'Host not found'],
  ['EHOSTUNREACH', 'Host unreachable'],
  ['ETIMEDOUT', 'Connection timed out'],
  ['UND_ERR_CONNECT_TIMEOUT', 'Connection timed out'],
])

/** What became of a request that brought no answer, as the one error the rest of the engine knows. */
export function requestError(
  error: unknown,
  { setting = DEFAULT_SETTING, hint }: TempoHints = {},
): SourceError {
  if (error instanceof SourceError) return error
  if (error instanceof DeadlineExceeded) {
    return new SourceError(`${PREFIX}: no answer within ${error.timeoutMs} ms`, {
      reason: 'transient',
      hint: `a busy Tempo needs seconds: set TEMPO_QUERY_TIMEOUT_MS to ${Math.max(2000, 2 * error.timeoutMs)} or more`,
      cause: error,
    })
  }
  return new SourceError(`${PREFIX}: ${describeFault(error)}`, {
    reason: 'transient',
    hint: hint ?? `check that Tempo runs and that ${setting} names it`,
    cause: error,
  })
}

function describeFault(error: unknown): string {
  for (const each of causes(error)) {
    const known = NETWORK_FAULTS.get(codeOf(each))
    if (known !== undefined) return known
  }
  return error instanceof Error ? error.message : String(error)
}

/** The error, what it wraps, and what that wraps: a refused connection on two addresses comes as an AggregateError. */
function causes(error: unknown): unknown[] {
  if (error instanceof AggregateError) return [error, ...error.errors]
  if (error instanceof Error && error.cause !== undefined) return [error, ...causes(error.cause)]
  return [error]
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** An answer with a status other than 200. */
export interface RefusedAnswer {
  readonly status: number
  readonly body: string
  /** Its header of that name. */
  readonly retryAfter?: string | undefined
}

/** What an answer with a status other than 200 means. */
export function answerError(
  { status, body, retryAfter }: RefusedAnswer,
  hints: TempoHints = {},
): SourceError {
  return new SourceError(`${PREFIX}: ${status}`, {
    reason: reasonOf(status),
    retryAfterMs: parseRetryAfter(retryAfter),
    detail: excerpt(body),
    hint: hintOf(status, hints),
  })
}

/** In whole seconds, as gateways write it; a date is as good as none, since whose clock it is by is not known. */
function parseRetryAfter(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) * SECOND_MS : undefined
}

function reasonOf(status: number): SourceErrorReason {
  if (status === 404 || status === 405 || status === 501) return 'unsupported'
  if (status === 500) return 'failed'
  if (status === 429 || status > 500) return 'transient'
  return 'rejected'
}

function hintOf(status: number, { setting = DEFAULT_SETTING, hint }: TempoHints): string | undefined {
  if (status === 401 || status === 403) {
    return (
      hint ?? 'set TEMPO_TENANT, TEMPO_TOKEN or TEMPO_USERNAME and TEMPO_PASSWORD as this Tempo wants them'
    )
  }
  if (status >= 300 && status < 400)
    return hint ?? `redirects are not followed: set ${setting} to where Tempo itself answers`
  if (status === 404) return hint ?? `${setting} does not seem to name a Tempo: a path prefix may be missing`
  return undefined
}

/** An answer that is not what Tempo would send; `found` is shown in part. */
export function brokenAnswer(message: string, found?: string, cause?: unknown): SourceError {
  return new SourceError(`${PREFIX}: ${message}`, {
    reason: 'invalid',
    detail: found === undefined ? undefined : excerpt(found),
    hint: 'check that what answers there is a Tempo',
    cause,
  })
}

/** The failure whose cure is to ask for less. */
export class AnswerTooLarge extends SourceError {}

export function bodyTooLarge(maxBytes: number): SourceError {
  return new AnswerTooLarge(`${PREFIX}: answer is larger than ${maxBytes} bytes`, { reason: 'transient' })
}

function excerpt(text: string): string | undefined {
  const line = text.trim().split('\n', 1)[0] ?? ''
  if (line === '') return undefined
  return line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line
}
