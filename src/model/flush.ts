import type { Alert } from './alert.js'
import type { Notice } from './notice.js'
import type { Notification } from './notification.js'
import type { Timestamp } from './time.js'

/** What one flush of an AlertGroup comes to. */
export interface Flushed {
  readonly at: Timestamp
  /** What is told; undefined where only the log changes. */
  readonly notification: Notification | undefined
  /** What the log says from now on, each in place of what it said of the same group and receiver. */
  readonly notices: readonly Notice[]
  /** Alerts that have ended and of which everybody has been told who must know. */
  readonly ended: readonly Alert[]
}

/** The way on from dispatch: keeps all of it in one transaction, or rejects and keeps nothing. */
export type Flush = (flushed: Flushed, signal: AbortSignal) => Promise<void>
