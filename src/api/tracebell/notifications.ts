import type { Clock } from '../../model/clock.js'
import type { OutboxState, OutboxStore, Requeued } from '../../store/outbox-store.js'
import { encodeNotification, type EncodedNotification } from './encode-notification.js'
import { OwnApiError } from './own-api-error.js'
import { parseRetry } from './parse-retry.js'

export interface NotificationsOptions {
  readonly outbox: Pick<OutboxStore, 'listOutbox' | 'requeue' | 'outboxSize'>
  /** Is told when entries were put in again, so that whoever delivers looks. */
  readonly onRequeued: () => void
  readonly clock: Pick<Clock, 'now'>
}

/** The answer to `GET notifications`. */
export interface NotificationsAnswer {
  readonly notifications: readonly EncodedNotification[]
  /** How many there are of each state, whatever is asked for. */
  readonly waiting: number
  readonly delivered: number
  readonly dead: number
}

/** The answer to `POST notifications/retry`: how many were put in again, and which dead ones others have overtaken. */
export type RetryAnswer = Requeued

const STATES: readonly OutboxState[] = ['waiting', 'delivered', 'dead']
const MOST_LISTED = 1000
const LISTED = 100

/** The entries of the outbox that are asked for, in the order in which they were put in. */
export async function listNotifications(
  { outbox }: NotificationsOptions,
  params: URLSearchParams,
): Promise<NotificationsAnswer> {
  const records = await outbox.listOutbox({
    state: parseState(params.get('state')),
    target: params.get('target') ?? undefined,
    limit: parseLimit(params.get('limit')),
  })
  const { waiting, delivered, dead } = await outbox.outboxSize()
  return { notifications: records.map(encodeNotification), waiting, delivered, dead }
}

function parseState(text: string | null): OutboxState | undefined {
  if (text === null || text === '') return undefined
  const state = STATES.find((each) => each === text)
  if (state !== undefined) return state
  throw new OwnApiError(400, `state: found ${JSON.stringify(text)}, expected one of ${STATES.join(', ')}`)
}

function parseLimit(text: string | null): number {
  if (text === null || text === '') return LISTED
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= MOST_LISTED) return limit
  throw new OwnApiError(
    400,
    `limit: found ${JSON.stringify(text)}, expected a whole number from 1 to ${MOST_LISTED}`,
  )
}

/** Puts dead entries in again: those that are named, or all; of those that were overtaken only where they are forced. */
export async function retryNotifications(
  { outbox, clock, onRequeued }: NotificationsOptions,
  body: string,
): Promise<RetryAnswer> {
  const { ids: wanted, force } = parseRetry(body)
  const ids = wanted === 'all' ? await deadIds(outbox) : wanted
  const answer = await outbox.requeue(ids, clock.now(), { force })
  if (answer.requeued > 0) onRequeued()
  return answer
}

async function deadIds(outbox: NotificationsOptions['outbox']): Promise<readonly number[]> {
  const { dead } = await outbox.outboxSize()
  const records = await outbox.listOutbox({ state: 'dead', limit: Math.max(dead, 1) })
  return records.map(({ id }) => id)
}
