import { StoreError } from '../store-error.js'
import type { DroppedKind } from '../store.js'
import type { StoreLimits } from '../store-limits.js'
import { applyChanges, countChanges, type Changes } from './change.js'
import { createDraft, type Draft } from './draft.js'
import { createOutboxIndex, type OutboxIndex } from './outbox-index.js'
import type { Tables } from './tables.js'

/**
 * Keeps changes where they last; what it answers, if anything, resolves when they do. Throws only where they cannot be put
 * into words; then nothing of them has happened.
 */
export type Persist = (changes: Changes) => Promise<void> | undefined

/** What the parts of a store share: the tables, and the one way to change them. */
export interface Core {
  readonly tables: Tables
  readonly limits: StoreLimits
  readonly outbox: OutboxIndex
  /**
   * Makes the changes of `work` as a whole, or rejects and makes none. Other work sees them at once; who asked for them
   * hears of it when they last.
   */
  transact<R>(work: (draft: Draft) => R): Promise<R>
  /** Rejects where the store is closed. */
  read<R>(look: () => R): Promise<R>
  /** Reads what is about to leave the process: all that there is lasts by then. */
  readLasting<R>(look: () => R): Promise<R>
  /** Counts what went over a bound. */
  drop(kind: DroppedKind, count: number): void
  readonly dropped: Readonly<Record<DroppedKind, number>>
  close(): void
}

export interface CoreOptions {
  readonly tables: Tables
  readonly limits: StoreLimits
  readonly persist: Persist
  /** Sees to it that all that was persisted lasts. */
  readonly flush: () => void
  /** Is told of what goes over a bound. */
  readonly onDropped?: ((kind: DroppedKind, count: number) => void) | undefined
}

export function createCore({ tables, limits, persist, flush, onDropped }: CoreOptions): Core {
  const outbox = createOutboxIndex(tables.outbox)
  const dropped = noneDropped()
  let closed = false

  function assertOpen(): void {
    if (closed) throw new StoreError('closed', 'the store has been closed')
  }

  function keep(changes: Changes): Promise<void> | undefined {
    if (countChanges(changes) === 0) return undefined
    const lasting = persist(changes)
    for (const [key, row] of changes.outbox) outbox.change(key, row)
    applyChanges(tables, changes)
    return lasting
  }

  return {
    tables,
    limits,
    outbox,
    dropped,
    async transact(work) {
      assertOpen()
      const draft = createDraft(tables)
      const result = work(draft)
      await keep(draft.changes)
      return result
    },
    async read(look) {
      assertOpen()
      return look()
    },
    async readLasting(look) {
      assertOpen()
      flush()
      return look()
    },
    drop(kind, count) {
      if (count === 0) return
      dropped[kind] += count
      onDropped?.(kind, count)
    },
    close: () => void (closed = true),
  }
}

function noneDropped(): Record<DroppedKind, number> {
  return { outbox: 0, told: 0, active: 0, notices: 0, delivered: 0 }
}
