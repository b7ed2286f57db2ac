import type { DeliveryReason } from '../delivery-error.js'

/** What an HTTP status means: the message was taken, is worth another attempt, or will never be taken. */
export interface AnswerRule {
  /** Statuses, or classes of them as `4xx`. */
  readonly statuses: readonly (number | `${1 | 2 | 3 | 4 | 5}xx`)[]
  readonly outcome: 'taken' | 'retried' | 'given up'
  readonly reason?: DeliveryReason
  /** For the documentation and the log. */
  readonly means: string
}

/** The first rule that names a status counts. */
export type AnswerTable = readonly AnswerRule[]

/** What HTTP itself says. */
export const HTTP_ANSWERS: AnswerTable = [
  { statuses: ['2xx'], outcome: 'taken', means: 'taken' },
  { statuses: ['3xx'], outcome: 'given up', reason: 'redirect', means: 'redirects are not followed' },
  {
    statuses: [401, 403, 407],
    outcome: 'given up',
    reason: 'unauthorized',
    means: 'not with these credentials',
  },
  { statuses: [408, 425], outcome: 'retried', reason: 'server_error', means: 'not yet' },
  { statuses: [429], outcome: 'retried', reason: 'rate_limited', means: 'too many requests' },
  { statuses: ['4xx'], outcome: 'given up', reason: 'client_error', means: 'not this message' },
  { statuses: ['1xx', '5xx'], outcome: 'retried', reason: 'server_error', means: 'not well' },
]

/** The rule for a status. One that nobody knows is a fault of the far end. */
export function findAnswer(table: AnswerTable, status: number): AnswerRule {
  const group = `${Math.floor(status / 100)}xx`
  const found = table.find(({ statuses }) => statuses.some((each) => each === status || each === group))
  return (
    found ?? { statuses: [status], outcome: 'retried', reason: 'server_error', means: 'an unknown status' }
  )
}
