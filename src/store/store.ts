import type { Timestamp } from '../model/time.js'
import type { DispatchStore, NotificationLog } from './dispatch-store.js'
import type { OutboxStore } from './outbox-store.js'
import type { RuleStore, ToldStore } from './rule-store.js'
import type { SilenceStore } from './silence-store.js'
import type { SnapshotStore } from './snapshot-store.js'

/** What has to be let go without having been used. */
export const DROPPED_KINDS = ['outbox', 'told', 'active', 'notices', 'delivered'] as const
export type DroppedKind = (typeof DROPPED_KINDS)[number]

/** How a store is. */
export interface StoreHealth {
  /** Whether what is committed now survives the end of the process. */
  readonly durable: boolean
  /** Since when and why it keeps in memory what should be on disk; undefined while all is well, or where there is no disk. */
  readonly degraded:
    | { readonly since: Timestamp; readonly error: string; readonly unsaved: number }
    | undefined
  /** Where a file was put aside that could not be read, or only in part; what of it could not be read is not here. */
  readonly setAside: string | undefined
  /** Rows of the file that could not be understood when it was opened. They are left in it. */
  readonly unreadableRows: number
  /** What went over a bound since the store was opened. */
  readonly dropped: Readonly<Record<DroppedKind, number>>
}

/**
 * What survives a restart. One thing, whose parts are handed out one by one: each stage names the part that it needs.
 * Each call is one transaction, kept as a whole or not at all. Once a call has resolved, what it changed is there after
 * any crash, but for a store that says in its health that it is not durable.
 */
export interface Store
  extends RuleStore, ToldStore, DispatchStore, NotificationLog, OutboxStore, SilenceStore, SnapshotStore {
  /** Lets go of what has had its time, and gives up what has been in line for too long. To be called every minute or so. */
  sweep(at: Timestamp): Promise<void>
  health(): StoreHealth
  /** Saves what is still to be saved, as far as that can be done. May be called twice; every other call rejects from then on. */
  close(): Promise<void>
}
