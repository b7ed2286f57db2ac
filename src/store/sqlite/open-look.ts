import { closeSync, existsSync, linkSync, openSync, readSync, rmSync } from 'node:fs'
import { SqliteFault, type Look, type SqliteDriver } from './database.js'
import { copyDatabase, suffixesOf } from './set-aside.js'

/**
 * Opens a database under a second name of its file and its log, so that whatever SQLite makes or takes away beside a
 * database, it is not beside this one. Where there can be no second name, or a transaction must be rolled back to see
 * what is there, a copy is opened. Throws a `SqliteFault`, or what the disk says where there is no room for a copy.
 */
export function openLook(path: string, driver: SqliteDriver): Look {
  const name = `${path}.look`
  // A process that was killed may have left it.
  removeName(name)
  try {
    const database = tryToLink(path, name) ? driver.look(name) : openCopy(path, name, driver)
    return leavingNothing(database, name)
  } catch (error) {
    removeName(name)
    throw error
  }
}

/** Answers whether the database can be looked at as it is, under this name. */
function tryToLink(path: string, name: string): boolean {
  // Windows takes away no name of a file that is open.
  if (process.platform === 'win32' || hasHotJournal(path)) return false
  try {
    for (const suffix of suffixesOf(path))
      if (['', '-wal'].includes(suffix)) linkSync(path + suffix, name + suffix)
    return true
  } catch {
    removeName(name)
    return false
  }
}

/** With what a journal begins until its transaction is over. */
const HOT = Buffer.from('d9d505f920a163d7', 'hex')

/** Whether a transaction was broken off, from before there was a log of writes. */
function hasHotJournal(path: string): boolean {
  const start = Buffer.alloc(HOT.length)
  if (!existsSync(`${path}-journal`)) return false
  const file = openSync(`${path}-journal`, 'r')
  readSync(file, start)
  closeSync(file)
  return start.equals(HOT)
}

function openCopy(path: string, name: string, driver: SqliteDriver): Look {
  copyDatabase(path, name)
  const database = driver.open(name)
  try {
    // Rolls back what was broken off; in WebAssembly it does not, and says nothing.
    database.all('SELECT name FROM sqlite_master')
    if (hasHotJournal(name))
      throw new SqliteFault(
        'corrupt',
        `${path} was left in the middle of a transaction, which cannot be rolled back`,
      )
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** With the name goes SQLite's wish to bring the log into the file as it closes: it sees that the file has moved. */
function leavingNothing(database: Look, name: string): Look {
  return {
    all: (sql) => database.all(sql),
    close() {
      removeName(name)
      database.close()
      removeName(name)
    },
  }
}

function removeName(name: string): void {
  for (const suffix of suffixesOf(name)) rmSync(name + suffix, { force: true })
}
