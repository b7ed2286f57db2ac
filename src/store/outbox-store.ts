import type { Outbox, OutboxEntry, OutgoingMessage, Target } from '../model/outbox.js'
import type { Timestamp } from '../model/time.js'

/** `dead`: given up; it can be put in again. */
export const OUTBOX_STATES = ['waiting', 'delivered', 'dead'] as const
export type OutboxState = (typeof OUTBOX_STATES)[number]

/** An entry as people see it. */
export interface OutboxRecord extends OutboxEntry {
  readonly state: OutboxState
  /** How often it had been tried when it was put in last. */
  readonly attemptsBefore: number
  readonly nextAttemptAt: Timestamp
  /** Why the last delivery failed, cut to 1,000 characters; undefined where none has. */
  readonly lastError: string | undefined
  /**
   * When it was delivered; of a dead one when its last attempt was due. Undefined while it waits. Of what is delivered the
   * message is kept no longer.
   */
  readonly settledAt: Timestamp | undefined
}

export interface OutboxFilter {
  readonly state?: OutboxState | undefined
  readonly target?: Target | undefined
  /** No more than this many; 1,000 by default. */
  readonly limit?: number | undefined
}

/** How much an outbox holds. */
export interface OutboxSize {
  readonly waiting: number
  readonly dead: number
  readonly delivered: number
  /** Of the messages that wait or are dead. */
  readonly chars: number
}

/** A dead entry that is no longer to be sent, as something newer is told to the same target about the same group. */
export interface OvertakenEntry {
  readonly id: number
  /** The newest. */
  readonly by: Pick<OutgoingMessage, 'status'> & { readonly id: number; readonly state: OutboxState }
}

/** What became of dead entries that were to be put in again. */
export interface Requeued {
  readonly requeued: number
  readonly overtaken: readonly OvertakenEntry[]
}

/** The outbox, with what people do about it. */
export interface OutboxStore extends Outbox {
  /** What there is, in the order in which it was put in. */
  listOutbox(filter?: OutboxFilter): Promise<readonly OutboxRecord[]>
  /**
   * Puts dead entries in again, behind all others, in the order in which they were made and as if never tried. One that was
   * overtaken by an entry that is not put in with it stays as it is, unless forced.
   */
  requeue(
    ids: readonly number[],
    at: Timestamp,
    options?: { readonly force?: boolean | undefined },
  ): Promise<Requeued>
  outboxSize(): Promise<OutboxSize>
  /** The next moment at which an entry of a target that is not busy is due; undefined where none waits. */
  nextDueAt(busy: readonly Target[]): Promise<Timestamp | undefined>
}
