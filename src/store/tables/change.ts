import { TABLE_NAMES, type Rows, type TableName, type Tables } from './tables.js'

/** By table and key the rows that are new or in place of another; without a row, that the key is gone. */
export type Changes = { readonly [T in TableName]: ReadonlyMap<string, Rows[T] | undefined> }

/** How many rows are changed. */
export function countChanges(changes: Changes): number {
  return TABLE_NAMES.reduce((sum, table) => sum + changes[table].size, 0)
}

export function applyChanges(tables: Tables, changes: Changes): void {
  for (const table of TABLE_NAMES) applyTo<typeof table>(tables[table], changes[table])
}

function applyTo<T extends TableName>(table: Tables[T], changed: Changes[T]): void {
  const rows: Map<string, Rows[T]> = table
  const entries: ReadonlyMap<string, Rows[T] | undefined> = changed
  for (const [key, row] of entries) {
    if (row === undefined) rows.delete(key)
    else rows.set(key, row)
  }
}
