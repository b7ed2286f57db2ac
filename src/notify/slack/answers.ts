import { DeliveryError, type DeliveryReason } from '../delivery-error.js'

/**
 * The errors of chat.postMessage, which come with HTTP 200, that may be none later; any other is final.
 * https://docs.slack.dev/reference/methods/chat.postMessage#errors
 */
export const SLACK_RETRIED: ReadonlyMap<string, DeliveryReason> = new Map([
  ['ratelimited', 'rate_limited'],
  ['rate_limited', 'rate_limited'],
  ['message_limit_exceeded', 'rate_limited'],
  ['internal_error', 'server_error'],
  ['fatal_error', 'server_error'],
  ['service_unavailable', 'server_error'],
  ['request_timeout', 'server_error'],
  ['team_added_to_org', 'server_error'],
])

/** Those that mean the token. */
export const SLACK_UNAUTHORIZED: ReadonlySet<string> = new Set([
  'access_denied',
  'account_inactive',
  'invalid_auth',
  'missing_scope',
  'no_permission',
  'not_authed',
  'token_expired',
  'token_revoked',
])

const CODE = /^[a-z_]{1,60}$/

/** What a webhook says in a refusal: a code, such as `invalid_payload`. Anything else is not quoted. */
export function quoteCode(text: string): string | undefined {
  return CODE.test(text.trim()) ? text.trim() : undefined
}

/** Throws where the answer of chat.postMessage, which has status 200, says that the message was not taken. */
export function checkPosted(text: string): void {
  const answer = parse(text)
  if (answer?.ok === true) return
  const code = answer?.error === undefined ? undefined : quoteCode(answer.error)
  if (code === undefined) {
    throw new DeliveryError('Slack answered something else than {"ok":true}', {
      reason: 'server_error',
      retryable: true,
    })
  }
  const reason = SLACK_RETRIED.get(code)
  const refused = SLACK_UNAUTHORIZED.has(code) ? 'unauthorized' : 'client_error'
  throw new DeliveryError(`Slack answered ${code}`, {
    reason: reason ?? refused,
    retryable: reason !== undefined,
  })
}

function parse(text: string): { readonly ok: unknown; readonly error: string | undefined } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('ok' in value)) return undefined
    const error = 'error' in value && typeof value.error === 'string' ? value.error : undefined
    return { ok: value.ok, error }
  } catch {
    return undefined
  }
}
