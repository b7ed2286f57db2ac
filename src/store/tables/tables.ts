import type { Alert } from '../../model/alert.js'
import { toFingerprint } from '../../model/label-set.js'
import type { Notice } from '../../model/notice.js'
import type { Silence } from '../../model/silence.js'
import type { Timestamp } from '../../model/time.js'
import type { OutboxRecord } from '../outbox-store.js'
import type { SavedAlert, ToldTrace } from '../rule-store.js'
import type { Snapshot } from '../snapshot-store.js'

export interface OutboxRow extends OutboxRecord {
  /** Rises in the order in which entries leave: their id at first, anew when they are put in again. */
  readonly order: number
  /** When its next attempt was fixed. What is later than now tells of a clock that was set back since. */
  readonly heldSince: Timestamp
}

/** What a store holds, by table. */
export interface Rows {
  readonly alerts: SavedAlert
  readonly told: ToldTrace
  readonly active: Alert
  readonly notices: Notice
  readonly outbox: OutboxRow
  readonly silences: Silence
  readonly snapshots: Snapshot
}

export type TableName = keyof Rows

export const TABLE_NAMES = [
  'alerts',
  'told',
  'active',
  'notices',
  'outbox',
  'silences',
  'snapshots',
] as const satisfies readonly TableName[]

export type Tables = { readonly [T in TableName]: Map<string, Rows[T]> }

export function createTables(): Tables {
  return {
    alerts: new Map(),
    told: new Map(),
    active: new Map(),
    notices: new Map(),
    outbox: new Map(),
    silences: new Map(),
    snapshots: new Map(),
  }
}

/**
 * Who a row of each table is. Keys are JSON, so that any text can be part of one: SQLite cuts text at a NUL, and cannot
 * hold half a surrogate pair.
 */
export const KEY_OF: { readonly [T in TableName]: (row: Rows[T]) => string } = {
  alerts: ({ rule, alert }) => toKey(rule, toFingerprint(alert.labels)),
  told: ({ rule, traceId }) => toKey(rule, traceId),
  active: ({ labels }) => toKey(toFingerprint(labels)),
  notices: ({ groupKey, receiver }) => toKey(groupKey, receiver),
  outbox: ({ id }) => toKey(String(id)),
  silences: ({ id }) => toKey(id),
  snapshots: ({ name }) => toKey(name),
}

export function toKey(...parts: readonly string[]): string {
  return JSON.stringify(parts)
}
