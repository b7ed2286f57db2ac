import type { Clock } from '../../model/clock.js'
import { DeliveryError } from '../delivery-error.js'
import { hideSecrets } from '../secret/hide-secrets.js'
import { cleanLine } from '../text/clean-text.js'
import { type AnswerTable, findAnswer } from './answers.js'
import type { HttpClient, HttpOutcome, HttpRequest } from './http-client.js'
import { parseRetryAfter } from './parse-retry-after.js'

export interface SendOptions {
  readonly client: HttpClient
  readonly clock: Clock
  readonly answers: AnswerTable
  readonly signal: AbortSignal
  /** What no error may show. The URL's path, query and password never show anyway. */
  readonly secrets: readonly string[]
  /** What of an answer that was not taken is worth telling; nothing by default. */
  readonly quote?: (text: string) => string | undefined
}

const LONGEST_QUOTE = 200
/** A segment of a path that is shorter is taken for a word. */
const SHORTEST_TOKEN = 8

/** Posts, and answers the text of an answer that was taken. Throws a `DeliveryError` for any other, and for none. */
export async function send(request: HttpRequest, options: SendOptions): Promise<string> {
  const outcome = await options.client.post(request, options.signal)
  const secrets = [...options.secrets, ...secretsOf(request.url)]
  if (outcome.kind === 'unanswered') throw unanswered(outcome, request.url, secrets)
  const rule = findAnswer(options.answers, outcome.status)
  if (rule.outcome === 'taken') return outcome.text
  const quoted = options.quote?.(outcome.text)
  const said = quoted === undefined ? '' : `: ${cleanLine(hideSecrets(quoted, secrets), LONGEST_QUOTE)}`
  throw new DeliveryError(`HTTP ${outcome.status} from ${request.url.host} (${rule.means})${said}`, {
    reason: rule.reason ?? 'server_error',
    retryable: rule.outcome === 'retried',
    retryAfterMs: toWaitMs(outcome.retryAfter, options.clock),
  })
}

type Unanswered = Extract<HttpOutcome, { kind: 'unanswered' }>

function unanswered({ why, error }: Unanswered, url: URL, secrets: readonly string[]): DeliveryError {
  const problem = cleanLine(hideSecrets(error, secrets), LONGEST_QUOTE)
  return new DeliveryError(`${url.host}: ${problem}`, { reason: why, retryable: true })
}

/** The parts of an address that may be a secret. */
function secretsOf({ pathname, search, username, password }: URL): readonly string[] {
  const segments = pathname.split('/').filter((segment) => segment.length >= SHORTEST_TOKEN)
  const parts = [pathname + search, pathname, search.slice(1), username, password, ...segments]
  return parts.filter((part) => part.length > 1)
}

function toWaitMs(retryAfter: string | undefined, clock: Clock): number | undefined {
  const at = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, clock.now())
  return at === undefined ? undefined : Math.max(0, at - clock.now())
}
