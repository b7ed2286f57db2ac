import { createTables, TABLE_NAMES, type Rows, type TableName, type Tables } from '../tables/tables.js'
import type { Look } from './database.js'
import { RowError } from './json-fields.js'
import { decodeRow } from './row-codecs.js'

/** What a file holds. */
export interface FoundRows {
  readonly tables: Tables
  /** Rows that could not be understood. They stay in the file. */
  readonly unreadable: number
}

export function readRows(database: Look): FoundRows {
  const tables = createTables()
  const unreadable = TABLE_NAMES.reduce(
    (sum, table) => sum + readTable<typeof table>(database, table, tables[table]),
    0,
  )
  return { tables, unreadable }
}

/** Answers how many rows could not be understood. */
function readTable<T extends TableName>(database: Look, table: T, into: Tables[T]): number {
  const rows: Map<string, Rows[T]> = into
  let unreadable = 0
  for (const { key, body } of database.all(`SELECT key, body FROM ${table} ORDER BY rowid`)) {
    const row = tryDecode(table, key, body)
    if (row === undefined || typeof key !== 'string') unreadable += 1
    else rows.set(key, row)
  }
  return unreadable
}

function tryDecode<T extends TableName>(table: T, key: unknown, body: unknown): Rows[T] | undefined {
  try {
    return decodeRow(table, key, body)
  } catch (error) {
    if (error instanceof RowError) return undefined
    throw error
  }
}
