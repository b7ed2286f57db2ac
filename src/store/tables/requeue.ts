import type { OutboxState, OvertakenEntry, Requeued } from '../outbox-store.js'
import type { Timestamp } from '../../model/time.js'
import type { Core } from './core.js'
import type { Draft } from './draft.js'
import { toKey, type OutboxRow } from './tables.js'

export interface RequeueOptions {
  readonly at: Timestamp
  /** Whether those that were overtaken are put in too. */
  readonly force: boolean
}

/** Puts dead entries in again, in the order in which they were made, but for those that others have overtaken. */
export function requeue(
  { outbox, tables }: Core,
  draft: Draft,
  ids: readonly number[],
  { at, force }: RequeueOptions,
): Requeued {
  const dead = findDead(draft, ids)
  const overtaken = force ? [] : findOvertaken(dead, [...tables.outbox.values()])
  const left = new Set(overtaken.map(({ id }) => id))
  const again = dead.filter(({ id }) => !left.has(id))
  for (const row of again) draft.put('outbox', toQueued(row, at, outbox.nextOrder()))
  return { requeued: again.length, overtaken }
}

function findDead(draft: Draft, ids: readonly number[]): readonly OutboxRow[] {
  const rows = [...new Set(ids)].map((id) => draft.get('outbox', toKey(String(id))))
  return rows
    .filter((row) => row !== undefined)
    .filter(({ state }) => state === 'dead')
    .toSorted((a, b) => a.id - b.id)
}

/**
 * Those of which something newer was told, or is to be told, to the same target about the same group. Sent after it, they
 * would turn back what their receiver knows: an incident would be opened that nothing closes.
 */
function findOvertaken(dead: readonly OutboxRow[], rows: readonly OutboxRow[]): readonly OvertakenEntry[] {
  if (dead.length === 0) return []
  const ids = new Set(dead.map(({ id }) => id))
  const newest = findNewest(rows.filter(({ id }) => !ids.has(id)))
  return dead.flatMap((row) => {
    const by = newest.get(toLine(row))
    return by !== undefined && by.id > row.id ? [toOvertaken(row, by)] : []
  })
}

function toOvertaken({ id }: OutboxRow, by: OutboxRow): OvertakenEntry {
  return { id, by: { id: by.id, state: by.state, status: by.status } }
}

/** The newest of those of each line that are in one of these states. */
export function findNewest(
  rows: readonly OutboxRow[],
  states: readonly OutboxState[] = ['waiting', 'delivered', 'dead'],
): ReadonlyMap<string, OutboxRow> {
  const newest = new Map<string, OutboxRow>()
  for (const row of rows) {
    if (row.lane !== 'alerts' || !states.includes(row.state)) continue
    const known = newest.get(toLine(row))
    if (known === undefined || known.id < row.id) newest.set(toLine(row), row)
  }
  return newest
}

/** What is told to one target about one group. Each anomaly stands for itself. */
export function toLine({ target, groupKey }: OutboxRow): string {
  return toKey(target, groupKey)
}

function toQueued(row: OutboxRow, at: Timestamp, order: number): OutboxRow {
  const attemptsBefore = row.attemptsBefore + row.attempts
  const queued = {
    queuedAt: at,
    nextAttemptAt: at,
    heldSince: at,
    attempts: 0,
    attemptsBefore,
    settledAt: undefined,
  }
  return { ...row, ...queued, state: 'waiting', order }
}
