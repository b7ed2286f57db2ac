import type { Timestamp } from '../../model/time.js'
import type { OutboxRecord } from '../../store/outbox-store.js'

/** An entry of the outbox as JSON, without the message itself. */
export interface EncodedNotification {
  readonly id: number
  readonly target: string
  readonly lane: OutboxRecord['lane']
  readonly state: OutboxRecord['state']
  /** Of alerts: whether any of them fires. */
  readonly status?: OutboxRecord['status']
  /** All that there were, also before it was put in again. */
  readonly attempts: number
  readonly createdAt: string
  /** When it was put in last: at first, or again. */
  readonly queuedAt: string
  /** Of one that waits. */
  readonly nextAttemptAt?: string
  readonly settledAt?: string
  readonly lastError?: string
  readonly groupKey: string
  readonly idempotencyKey: string
  readonly contentType: string
  /** Characters of the message; 0 where it is kept no longer. */
  readonly length: number
}

/** What is told of an entry of the outbox. */
export function encodeNotification(record: OutboxRecord): EncodedNotification {
  const { id, target, lane, state, status, groupKey, idempotencyKey, message } = record
  return {
    id,
    target,
    lane,
    state,
    ...(status === undefined ? {} : { status }),
    attempts: record.attemptsBefore + record.attempts,
    createdAt: encodeTime(record.createdAt),
    queuedAt: encodeTime(record.queuedAt),
    ...(state === 'waiting' ? { nextAttemptAt: encodeTime(record.nextAttemptAt) } : {}),
    ...(record.settledAt === undefined ? {} : { settledAt: encodeTime(record.settledAt) }),
    ...(record.lastError === undefined ? {} : { lastError: record.lastError }),
    groupKey,
    idempotencyKey,
    contentType: message.contentType,
    length: message.body.length,
  }
}

function encodeTime(at: Timestamp): string {
  return new Date(at).toISOString()
}
