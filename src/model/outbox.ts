import type { Alert } from './alert.js'
import type { Message } from './message.js'
import type { AnyNotification } from './notification.js'
import type { Timestamp } from './time.js'

/** Where a message goes: one integration of a receiver, as `oncall/slack[0]`. */
export type Target = string

/** A message on its way into the outbox: what is committed together with the change that it tells of. */
export interface OutgoingMessage {
  readonly target: Target
  readonly lane: AnyNotification['lane']
  readonly groupKey: string
  /** Of alerts: whether any of them fires. Undefined of anomalies, and of what an earlier version made. */
  readonly status?: Alert['status'] | undefined
  readonly idempotencyKey: string
  /** A digest of where it was to go when it was made; undefined in what an earlier version made. */
  readonly address?: string | undefined
  /**
   * A digest of how things are by it, but for times, where its target needs to know only how they are now: it replaces the
   * last one that waits for the same target and group, where that says the same.
   */
  readonly says?: string | undefined
  readonly message: Message
  readonly createdAt: Timestamp
}

/** A message that waits in the outbox. */
export interface OutboxEntry extends OutgoingMessage {
  /** Ids rise in the order in which messages were put in. */
  readonly id: number
  /** How often it has been tried since it was put in last. */
  readonly attempts: number
  /** When it was put in last: at first, or again. */
  readonly queuedAt: Timestamp
}

/** What is kept until it is delivered or given up. Each method is durable once it resolves. */
export interface Outbox {
  /**
   * Entries whose time has come, the oldest first, at most `limit`. Of the entries of one target and group key only the
   * first that is neither delivered nor dead can come: the others wait for it, also while it waits for a retry. None of
   * the targets in `busy` come, so that a slow one fills no limit; and at most `perTarget` of each other, where that is said.
   */
  due(
    at: Timestamp,
    limit: number,
    busy: readonly Target[],
    perTarget?: number,
  ): Promise<readonly OutboxEntry[]>
  /** The next moment at which an entry of a target that is not busy may come; undefined where none waits. */
  nextDueAt(busy: readonly Target[]): Promise<Timestamp | undefined>
  /** Counts an attempt, and keeps that it was delivered. */
  delivered(id: number, at: Timestamp): Promise<void>
  /**
   * Counts an attempt, and holds the entry back from `now` until `at`. `error` is for people. Where the clock is set back
   * to before `now` the entry is due at once; without `now`, where it is set back to before the hold that went before.
   */
  retryAt(id: number, at: Timestamp, error: string, now?: Timestamp): Promise<void>
  /** Counts an attempt, and gives the entry up: it is kept for people to see and to put in again, and holds back no other. */
  dead(id: number, error: string): Promise<void>
  /** How many entries are neither delivered nor dead. */
  waiting(): Promise<number>
}
