import type { Database, SqliteDriver } from '../src/store/sqlite/database.js'
import { findDriver } from '../src/store/sqlite/find-driver.js'

/** SQLite as the daemon has it, which says when all of a transaction is written and nothing of it is committed. */
export function createDyingDriver(beforeCommit: () => void): SqliteDriver {
  const driver = findDriver()
  return {
    name: driver.name,
    open: (path) => watch(driver.open(path), beforeCommit),
    look: (path) => driver.look(path),
  }
}

function watch(database: Database, beforeCommit: () => void): Database {
  return {
    exec: (sql) => {
      if (sql === 'COMMIT') beforeCommit()
      database.exec(sql)
    },
    run: (sql, values) => {
      if (sql === 'COMMIT') beforeCommit()
      database.run(sql, values)
    },
    all: (sql) => database.all(sql),
    close: () => database.close(),
  }
}
