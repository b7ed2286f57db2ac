import { randomUUID } from 'node:crypto'
import type { Database } from './database.js'
import type { Migration } from './migrate.js'

/** `TrBe`: says whose file it is. */
export const APPLICATION_ID = 0x54_72_42_65

/**
 * All that ever changed in the file, the oldest first. A migration that has been released is never edited: its names are
 * spelt out, so that it stays as it is when the tables of today change.
 */
export const MIGRATIONS: readonly Migration[] = [createFirstTables]

/** Each row is a key and a body; what they hold is in `row-codecs`. The id tells a file from one that took its place. */
function createFirstTables(database: Database): void {
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
  database.exec('CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)')
  database.run('INSERT INTO meta (name, value) VALUES (?, ?)', ['id', randomUUID()])
  for (const table of ['alerts', 'told', 'active', 'notices', 'outbox', 'silences', 'snapshots'])
    database.exec(`CREATE TABLE ${table} (key TEXT PRIMARY KEY, body NOT NULL)`)
}
