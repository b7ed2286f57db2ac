import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Database, SqliteDriver, SqlRow, SqlValue } from './database.js'
import { orFault } from './to-sqlite-fault.js'

type Wasm = typeof import('node-sqlite3-wasm')
type WasmDatabase = InstanceType<Wasm['Database']>
type WasmStatement = ReturnType<WasmDatabase['prepare']>

/**
 * SQLite as WebAssembly, for a Node that has none. It locks a database with a folder beside it that a killed process
 * leaves behind: whoever opens one must know by other means that nobody else has it.
 */
export function createWasmDriver(): SqliteDriver {
  const wasm: Wasm = createRequire(import.meta.url)('node-sqlite3-wasm')
  const open = (path: string, readOnly: boolean): Database => {
    rmSync(`${path}.lock`, { recursive: true, force: true })
    return orFault(() => wrap(new wasm.Database(path, { readOnly })))
  }
  return {
    name: 'node-sqlite3-wasm',
    open: (path) => open(path, false),
    look(path) {
      const database = open(path, true)
      // It has no memory to share with others, without which a log is read by one alone.
      database.exec('PRAGMA locking_mode = EXCLUSIVE')
      return database
    },
  }
}

function wrap(database: WasmDatabase): Database {
  const statements = new Map<string, WasmStatement>()
  let open = true

  function prepare(sql: string): WasmStatement {
    const statement = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }

  /** A statement that failed throws its error once more when it is used again. */
  function forget(sql: string): void {
    finalize(statements.get(sql))
    statements.delete(sql)
  }

  function run(sql: string, values: readonly SqlValue[]): void {
    try {
      prepare(sql).run([...values])
    } catch (error) {
      forget(sql)
      throw error
    }
  }

  return {
    exec: (sql) => orFault(() => database.exec(sql)),
    run: (sql, values) => orFault(() => run(sql, values)),
    all: (sql) => orFault((): readonly SqlRow[] => database.all(sql)),
    close() {
      if (!open) return
      open = false
      // A database with a statement left is not closed, and stays locked.
      for (const statement of statements.values()) finalize(statement)
      statements.clear()
      try {
        database.close()
      } catch {
        // What is not written by now is in the log of writes, and is found there by the next who opens the file.
      }
    },
  }
}

function finalize(statement: WasmStatement | undefined): void {
  try {
    statement?.finalize()
  } catch {
    // It tells once more why it failed, and is gone all the same.
  }
}
