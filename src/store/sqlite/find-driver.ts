import type { SqliteDriver } from './database.js'
import { createNodeDriver } from './node-sqlite.js'
import { createWasmDriver } from './wasm-sqlite.js'

/** The way to SQLite on this Node: its own where it has one. */
export function findDriver(): SqliteDriver {
  return createNodeDriver() ?? createWasmDriver()
}
