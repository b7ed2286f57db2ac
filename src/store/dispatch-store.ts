import type { Alert } from '../model/alert.js'
import type { FindNotice, Notice } from '../model/notice.js'
import type { OutgoingMessage, Target } from '../model/outbox.js'
import type { Timestamp } from '../model/time.js'

/** What one flush of an AlertGroup changes. */
export interface DispatchedGroup {
  readonly at: Timestamp
  /** What leaves because of it. */
  readonly outbox: readonly OutgoingMessage[]
  /** What the log says from now on, each in place of what it said of the same group and receiver. */
  readonly notices: readonly Notice[]
  /** Alerts that have ended and of which everybody has been told who must know: they are let go, unless they fire again. */
  readonly ended: readonly Alert[]
}

/** What became of the messages of a flush. */
export interface Dispatched {
  readonly added: number
  /** Those that were there already, by target and idempotency key; nothing was changed for them. */
  readonly repeated: number
  /** The targets that there was no room for, while there was for others of the flush; it is counted as dropped. */
  readonly refused: readonly Target[]
}

/** What dispatch must know after a restart. */
export interface DispatchStore {
  /** The alerts that evaluations told of and that have not been let go, as they were told of last. */
  loadActive(): Promise<readonly Alert[]>
  /**
   * Keeps what a flush changes as a whole. Rejects, and keeps nothing of it, with a `StoreError` of kind `full` where
   * the outbox has no room for any of its messages: the next flush of the group makes up for it. No target may have more
   * waiting than is left free for all, so that one that is away leaves room for the others; dead entries give way first.
   */
  dispatch(group: DispatchedGroup): Promise<Dispatched>
}

/** What receivers were last told of each group, as Alertmanager's nflog. */
export interface NotificationLog {
  readonly findNotice: FindNotice
}
