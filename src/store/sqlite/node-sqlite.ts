import type { Database, SqliteDriver, SqlRow, SqlValue } from './database.js'
import { orFault } from './to-sqlite-fault.js'

interface NodeStatement {
  run(...values: readonly SqlValue[]): unknown
  all(): SqlRow[]
}

interface NodeDatabase {
  exec(sql: string): void
  prepare(sql: string): NodeStatement
  close(): void
}

interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => NodeDatabase
}

/** SQLite as Node brings it along, from 22.13 on; undefined where this Node does not. */
export function createNodeDriver(): SqliteDriver | undefined {
  const sqlite: unknown = process.getBuiltinModule('node:sqlite')
  if (!isNodeSqlite(sqlite)) return undefined
  return {
    name: 'node:sqlite',
    open: (path) => orFault(() => wrap(new sqlite.DatabaseSync(path))),
    look(path) {
      const database = orFault(() => wrap(new sqlite.DatabaseSync(path)))
      // Alone it needs no memory shared with others, which would be a file. To be alone it must be able to write.
      database.exec('PRAGMA locking_mode = EXCLUSIVE')
      database.exec('PRAGMA query_only = ON')
      return database
    },
  }
}

function isNodeSqlite(module: unknown): module is NodeSqlite {
  return typeof module === 'object' && module !== null && 'DatabaseSync' in module
}

function wrap(database: NodeDatabase): Database {
  const statements = new Map<string, NodeStatement>()
  let open = true

  function prepare(sql: string): NodeStatement {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  return {
    exec: (sql) => orFault(() => database.exec(sql)),
    run: (sql, values) => orFault(() => void prepare(sql).run(...values)),
    all: (sql) => orFault(() => database.prepare(sql).all()),
    close() {
      if (!open) return
      open = false
      statements.clear()
      try {
        database.close()
      } catch {
        // What is not written by now is in the log of writes, and is found there by the next who opens the file.
      }
    },
  }
}
