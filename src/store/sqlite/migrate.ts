import type { Database, Look } from './database.js'

/** Brings a file from the version before to its own. Runs in one transaction, which also sets the version. */
export type Migration = (database: Database) => void

/** The version of the file: how many migrations it has seen. */
export function versionOf(database: Look): number {
  return pragma(database, 'user_version')
}

/** Whose file it is: 0 where nobody said. */
export function applicationOf(database: Look): number {
  return pragma(database, 'application_id')
}

function pragma(database: Look, name: 'user_version' | 'application_id'): number {
  const value = database.all(`PRAGMA ${name}`)[0]?.[name]
  return typeof value === 'number' ? value : 0
}

/** Runs the migrations that a file has not seen, each as a whole or not at all. */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  for (const [index, migration] of migrations.entries()) {
    if (index < versionOf(database)) continue
    transact(database, () => {
      migration(database)
      database.exec(`PRAGMA user_version = ${index + 1}`)
    })
  }
}

/** Does all of `work`, or nothing where it throws. */
export function transact(database: Database, work: () => void): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    work()
    database.exec('COMMIT')
  } catch (error) {
    rollBack(database)
    throw error
  }
}

/** After some errors SQLite has done so by itself, and says that there is nothing to roll back. */
function rollBack(database: Database): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // Why it came to this is what the caller is told.
  }
}
