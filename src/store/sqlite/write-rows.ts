import type { Changes } from '../tables/change.js'
import { TABLE_NAMES, type Rows, type TableName, type Tables } from '../tables/tables.js'
import type { Database } from './database.js'
import { transact } from './migrate.js'
import { encodeRow } from './row-codecs.js'

/** A row as it is written; without a body, that it is taken away. */
export interface Write {
  readonly table: TableName
  readonly key: string
  readonly body: string | Uint8Array | undefined
}

export function toWrites(changes: Changes): readonly Write[] {
  return TABLE_NAMES.flatMap((table) => writesOf<typeof table>(table, changes[table]))
}

/** Writes of these rows, or of all rows there are. */
export function writesOf<T extends TableName>(table: T, changed: Changes[T] | Tables[T]): readonly Write[] {
  const rows: ReadonlyMap<string, Rows[T] | undefined> = changed
  return [...rows.keys()].map((key) => toWrite(table, key, changed))
}

/** What makes the row of a key on the disk what it is in `rows`. */
export function toWrite<T extends TableName>(table: T, key: string, rows: Changes[T] | Tables[T]): Write {
  const found: ReadonlyMap<string, Rows[T] | undefined> = rows
  const row = found.get(key)
  return { table, key, body: row === undefined ? undefined : encodeRow(table, row) }
}

/** Writes all of it as one transaction, durably. */
export function writeRows(database: Database, writes: readonly Write[]): void {
  transact(database, () => writes.forEach((write) => writeRow(database, write)))
}

/** Makes these the only rows. */
export function replaceRows(database: Database, writes: readonly Write[]): void {
  transact(database, () => {
    for (const table of TABLE_NAMES) database.exec(`DELETE FROM ${table}`)
    for (const write of writes) writeRow(database, write)
  })
}

function writeRow(database: Database, { table, key, body }: Write): void {
  if (body === undefined) database.run(DELETE[table], [key])
  else database.run(UPSERT[table], [key, body])
}

const UPSERT = sqlByTable(
  (table) =>
    `INSERT INTO ${table} (key, body) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body`,
)
const DELETE = sqlByTable((table) => `DELETE FROM ${table} WHERE key = ?`)

function sqlByTable(toSql: (table: TableName) => string): Readonly<Record<TableName, string>> {
  return {
    alerts: toSql('alerts'),
    told: toSql('told'),
    active: toSql('active'),
    notices: toSql('notices'),
    outbox: toSql('outbox'),
    silences: toSql('silences'),
    snapshots: toSql('snapshots'),
  }
}
