import type { Changes } from './change.js'
import { KEY_OF, type Rows, type TableName, type Tables } from './tables.js'

/** What a transaction is about to change. Nothing of it has happened yet. */
export interface Draft {
  readonly changes: Changes
  /** The row as the draft leaves it. */
  get<T extends TableName>(table: T, key: string): Rows[T] | undefined
  put<T extends TableName>(table: T, row: Rows[T]): void
  remove(table: TableName, key: string): void
  /** How many rows the table has, as the draft leaves it. */
  count(table: TableName): number
}

type Pending = { readonly [T in TableName]: Map<string, Rows[T] | undefined> }

export function createDraft(tables: Tables): Draft {
  const pending = createPending()
  const added = new Map<TableName, number>()

  function get<T extends TableName>(table: T, key: string): Rows[T] | undefined {
    const changed: ReadonlyMap<string, Rows[T] | undefined> = pending[table]
    const rows: ReadonlyMap<string, Rows[T]> = tables[table]
    return changed.has(key) ? changed.get(key) : rows.get(key)
  }

  function set<T extends TableName>(table: T, key: string, row: Rows[T] | undefined): void {
    const more = Number(row !== undefined) - Number(get(table, key) !== undefined)
    added.set(table, (added.get(table) ?? 0) + more)
    const changed: Map<string, Rows[T] | undefined> = pending[table]
    changed.set(key, row)
  }

  return {
    changes: pending,
    get,
    count: (table) => tables[table].size + (added.get(table) ?? 0),
    put: (table, row) => set(table, KEY_OF[table](row), row),
    remove(table, key) {
      if (get(table, key) !== undefined) set(table, key, undefined)
    },
  }
}

function createPending(): Pending {
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
