import type { Timestamp } from '../../model/time.js'
import type { OutboxFilter, OutboxRecord, OutboxState, OutboxStore } from '../outbox-store.js'
import type { Core } from './core.js'
import type { Draft } from './draft.js'
import { requeue } from './requeue.js'
import { toKey, type OutboxRow } from './tables.js'

const LONGEST_ERROR = 1000
const MOST_LISTED = 1000

export function createOutboxPart(core: Core): OutboxStore {
  const { outbox, tables } = core

  function settle(id: number, from: readonly OutboxState[], change: Step): Promise<boolean> {
    return core.transact((draft) => step(draft, id, from, change))
  }

  return {
    due: (at, limit, busy, perTarget = limit) =>
      core.readLasting(() => outbox.lines.due(at, { limit, perTarget }, new Set(busy))),
    nextDueAt: (busy) => core.read(() => outbox.lines.nextDueAt(new Set(busy))),
    waiting: () => core.read(() => outbox.lines.size),
    outboxSize: () => core.read(() => outbox.size()),
    async delivered(id, at) {
      await settle(id, ['waiting', 'dead'], (row) => toDelivered(countAttempt(row), at))
    },
    async retryAt(id, at, error, now) {
      await settle(id, ['waiting'], (row) => toRetried(row, at, error, now ?? row.heldSince))
    },
    async dead(id, error) {
      await settle(id, ['waiting'], (row) => toDead(countAttempt(row), error))
    },
    requeue: (ids, at, { force = false } = {}) =>
      core.transact((draft) => requeue(core, draft, ids, { at, force })),
    listOutbox: (filter = {}) => core.read(() => list([...tables.outbox.values()], filter)),
  }
}

type Step = (row: OutboxRow) => OutboxRow

/** Changes an entry where it is in one of these states. Answers whether it was. */
function step(draft: Draft, id: number, from: readonly OutboxState[], change: Step): boolean {
  const row = draft.get('outbox', toKey(String(id)))
  if (row === undefined || !from.includes(row.state)) return false
  draft.put('outbox', change(row))
  return true
}

function list(rows: readonly OutboxRow[], filter: OutboxFilter): readonly OutboxRecord[] {
  const { state, target, limit = MOST_LISTED } = filter
  return rows
    .filter((row) => (state ?? row.state) === row.state && (target ?? row.target) === row.target)
    .toSorted((a, b) => a.order - b.order)
    .slice(0, limit)
}

/** What arrived needs to be known no more, but that it did. */
function toDelivered(row: OutboxRow, at: Timestamp): OutboxRow {
  const message = { contentType: row.message.contentType, body: '', facts: {}, leftOut: row.message.leftOut }
  return { ...row, state: 'delivered', settledAt: at, message }
}

function toRetried(row: OutboxRow, at: Timestamp, error: string, heldSince: Timestamp): OutboxRow {
  return { ...countAttempt(row), nextAttemptAt: at, heldSince, lastError: cut(error) }
}

function countAttempt(row: OutboxRow): OutboxRow {
  return { ...row, attempts: row.attempts + 1 }
}

/** Gives an entry up. */
export function toDead(row: OutboxRow, error: string): OutboxRow {
  return { ...row, state: 'dead', settledAt: row.nextAttemptAt, lastError: cut(error) }
}

function cut(error: string): string {
  return error.slice(0, LONGEST_ERROR)
}
