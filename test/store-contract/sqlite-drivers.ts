import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, onTestFinished } from 'vitest'
import type { SqliteDriver } from '../../src/store/sqlite/database.js'
import { createNodeDriver } from '../../src/store/sqlite/node-sqlite.js'
import { createWasmDriver } from '../../src/store/sqlite/wasm-sqlite.js'

/** Runs tests with each way to SQLite. Node's own is skipped, by its name, where this Node has none. */
export function describeEachDriver(tests: (driver: SqliteDriver) => void): void {
  const own = createNodeDriver()
  describe('node-sqlite3-wasm', () => {
    tests(createWasmDriver())
  })
  describe.skipIf(own === undefined)('node:sqlite', () => {
    tests(own ?? NO_DRIVER)
  })
}

/** Stands in where tests are only named, and skipped. */
const NO_DRIVER: SqliteDriver = {
  name: 'node:sqlite',
  open: haveNone,
  look: haveNone,
}

function haveNone(): never {
  throw new Error('this Node has no node:sqlite')
}

/** An empty folder, gone when the test ends. */
export async function makeDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tracebell-store-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
