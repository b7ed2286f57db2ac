import { closeSync, openSync } from 'node:fs'
import { StoreError } from '../store-error.js'
import { SqliteFault, type Database, type SqliteDriver } from './database.js'
import { applicationOf, migrate, transact, versionOf } from './migrate.js'
import { APPLICATION_ID, MIGRATIONS } from './migrations.js'

/**
 * Opens the file, or makes it, and brings it up to date. Throws a `StoreError` where it is not ours to touch, and a
 * `SqliteFault` of kind `corrupt` where it is damaged. What is not ours is left as it is. Before a damaged file is closed,
 * which would end its log, `onDamaged` is called.
 */
export function openFile(path: string, driver: SqliteDriver, onDamaged: () => void): Database {
  makeFile(path)
  const database = driver.open(path)
  try {
    // Before anything else: the next statements read, and what reads may write.
    database.exec('PRAGMA locking_mode = EXCLUSIVE')
    assertOurs(path, database)
    configure(database)
    assertWhole(path, database)
    migrate(database, MIGRATIONS)
    return database
  } catch (error) {
    if (error instanceof SqliteFault && error.kind === 'corrupt') onDamaged()
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

function assertOurs(path: string, database: Database): void {
  const [application, version] = [applicationOf(database), versionOf(database)]
  const isNew = application === 0 && version === 0 && countTables(database) === 0
  if (!isNew && application !== APPLICATION_ID)
    throw new StoreError('foreign', `${path} is a database, but not one of tracebell; it was left as it is`)
  if (version > MIGRATIONS.length)
    throw new StoreError(
      'newer',
      `${path} has format ${version}, written by a later tracebell; this one knows formats up to ${MIGRATIONS.length}. It was left as it is`,
    )
}

function countTables(database: Database): number {
  return database.all('SELECT name FROM sqlite_master').length
}

function configure(database: Database): void {
  // Only takes hold in a file without tables; in one that has some it is written again, for which there may be no room.
  if (countTables(database) === 0) database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  const mode = database.all('PRAGMA journal_mode = WAL')[0]?.['journal_mode']
  if (mode !== 'wal') throw new SqliteFault('other', `expected a write-ahead log, found ${String(mode)}`)
  // What is committed is on the disk, also when the power fails.
  database.exec('PRAGMA synchronous = FULL')
  database.exec('PRAGMA journal_size_limit = 67108864')
  // Takes the lock for good, and finds out whether the file can be written.
  transact(database, () => {})
  shrink(database)
}

/** Gives back what the file needs no more. On a full disk that can wait. */
function shrink(database: Database): void {
  try {
    database.exec('PRAGMA incremental_vacuum')
  } catch (error) {
    if (error instanceof SqliteFault && error.kind === 'corrupt') throw error
  }
}

function assertWhole(path: string, database: Database): void {
  const found = database.all('PRAGMA quick_check(1)')[0]?.['quick_check']
  if (found !== 'ok') throw new SqliteFault('corrupt', `${path} is damaged: ${String(found)}`)
}
