import { TABLE_NAMES, type TableName, type Tables } from '../tables/tables.js'
import { toWrite, writesOf, type Write } from './write-rows.js'

/** Which rows are not on the disk as they are in memory. */
export interface UnsavedRows {
  add(writes: readonly Write[]): void
  /** How many they are; once they are too many to be known one by one, all. */
  count(): number
  /** What brings the disk up to date; undefined once that takes all rows there are. */
  writes(): readonly Write[] | undefined
}

/** Keys that are known one by one: rows that came and went meanwhile are among them, so that they only grow. */
const MOST_KEYS = 200_000

export function createUnsavedRows(tables: Tables): UnsavedRows {
  const keys = new Map(TABLE_NAMES.map((table) => [table, new Set<string>()]))
  let count = 0
  let all = false

  function add(table: TableName, key: string): void {
    const known = keys.get(table)
    if (known === undefined || known.has(key)) return
    known.add(key)
    count += 1
  }

  function forgetKeys(): void {
    for (const known of keys.values()) known.clear()
    all = true
  }

  return {
    add(writes) {
      if (all) return
      for (const { table, key } of writes) add(table, key)
      if (count > MOST_KEYS) forgetKeys()
    },
    count: () => (all ? TABLE_NAMES.reduce((sum, table) => sum + tables[table].size, 0) : count),
    writes: () =>
      all
        ? undefined
        : [...keys].flatMap(([table, known]) =>
            [...known].map((key) => toWrite<typeof table>(table, key, tables[table])),
          ),
  }
}

/** All rows there are. */
export function allWrites(tables: Tables): readonly Write[] {
  return TABLE_NAMES.flatMap((table) => writesOf<typeof table>(table, tables[table]))
}
