import { statSync } from 'node:fs'
import { StoreError } from '../store-error.js'
import { TABLE_NAMES } from '../tables/tables.js'
import { SqliteFault, type Look, type SqliteDriver } from './database.js'
import { applicationOf, versionOf } from './migrate.js'
import { APPLICATION_ID, MIGRATIONS } from './migrations.js'
import { openLook } from './open-look.js'

/** No tracebell will ever have so many formats: a file that says so is damaged. */
const MOST_FORMATS = 10_000

/**
 * Answers what `read` makes of the file; undefined where it is new or has an older format, and cannot be read yet. Throws a
 * `SqliteFault` of kind `corrupt` where it is damaged, and a `StoreError` where it is not ours to touch. Whatever comes of
 * it, no byte of the file or of what lies beside it is changed.
 *
 * Whole is what SQLite's `quick_check` says is: every page is where it belongs and can be read. It cannot see bytes that
 * were changed within a value, nor an index that does not match its table.
 */
export function lookAt<R>(path: string, driver: SqliteDriver, read: (database: Look) => R): R | undefined {
  if (sizeOf(path) === 0) return assertNoLog(path)
  const database = openLook(path, driver)
  try {
    assertWhole(path, database)
    return isCurrent(path, database) ? read(database) : undefined
  } finally {
    database.close()
  }
}

/** SQLite would take an empty file for a new one, and delete its log. */
function assertNoLog(path: string): undefined {
  const bytes = sizeOf(`${path}-wal`)
  if (bytes > 0)
    throw new SqliteFault('corrupt', `${path} is gone or empty, but there is a log of it, of ${bytes} bytes`)
}

function assertWhole(path: string, database: Look): void {
  const found = database.all('PRAGMA quick_check(1)')[0]?.['quick_check']
  if (found !== 'ok') throw new SqliteFault('corrupt', `${path} is damaged: ${String(found)}`)
}

/** Whether the file has today's format; false of a new or older one. Throws where it is not one of ours. */
function isCurrent(path: string, database: Look): boolean {
  const [application, version] = [applicationOf(database), versionOf(database)]
  const tables = tablesOf(database)
  if (application === 0 && version === 0 && tables.size === 0) return false
  if (application !== APPLICATION_ID) throw toStranger(path, tables)
  if (version < 1 || version > MOST_FORMATS)
    throw new SqliteFault('corrupt', `${path} is damaged: it has format ${version}`)
  if (version > MIGRATIONS.length)
    throw new StoreError(
      'newer',
      `${path} has format ${version}, written by a later tracebell; this one knows formats up to ${MIGRATIONS.length}. It was left as it is`,
    )
  return version === MIGRATIONS.length
}

function toStranger(path: string, tables: ReadonlySet<unknown>): Error {
  return TABLE_NAMES.every((table) => tables.has(table))
    ? new SqliteFault(
        'corrupt',
        `${path} is damaged: it has our tables, but its header says that it is not ours`,
      )
    : new StoreError('foreign', `${path} is a database, but not one of tracebell; it was left as it is`)
}

function tablesOf(database: Look): ReadonlySet<unknown> {
  return new Set(database.all('SELECT name FROM sqlite_master').map(({ name }) => name))
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
