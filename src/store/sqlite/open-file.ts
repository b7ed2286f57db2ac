import { closeSync, openSync } from 'node:fs'
import { SqliteFault, type Database, type SqliteDriver } from './database.js'
import { migrate, transact } from './migrate.js'
import { MIGRATIONS } from './migrations.js'

/**
 * Opens the file, or makes it, and brings it up to date. It must have been looked at before: what is done here may change a
 * file that is damaged or not ours. Throws a `SqliteFault`.
 */
export function openFile(path: string, driver: SqliteDriver): Database {
  makeFile(path)
  const database = driver.open(path)
  try {
    // Before anything else: the next statements read, and what reads may write.
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    configure(database)
    migrate(database, MIGRATIONS)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** What tells this file from any other. */
export function idOf(database: Database): unknown {
  return database.all("SELECT value FROM meta WHERE name = 'id'")[0]?.['value']
}

/** It holds what alerts say, which is for nobody else to read. SQLite gives its other files the same mode. */
function makeFile(path: string): void {
  closeSync(openSync(path, 'a', 0o600))
}

function configure(database: Database): void {
  // Only takes hold in a file without tables; in one that has some it is written again, for which there may be no room.
  if (database.all('SELECT name FROM sqlite_master').length === 0)
    database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  const mode = database.all('PRAGMA journal_mode = WAL')[0]?.['journal_mode']
  if (mode !== 'wal') throw new SqliteFault('other', `expected a write-ahead log, found ${String(mode)}`)
  // What is committed is on the disk, also when the power fails.
  database.exec('PRAGMA synchronous = FULL')
  database.exec('PRAGMA journal_size_limit = 67108864')
  // Takes the lock for good, and finds out whether the file can be written.
  transact(database, () => {})
  // So that the log holds nothing of a process before this one: what `findLogDamage` relies on.
  tryToTidy(database, 'PRAGMA wal_checkpoint(TRUNCATE)')
  tryToTidy(database, 'PRAGMA incremental_vacuum')
}

/** On a full disk that can wait. */
function tryToTidy(database: Database, statement: string): void {
  try {
    database.exec(statement)
  } catch (error) {
    if (error instanceof SqliteFault && error.kind === 'corrupt') throw error
  }
}
