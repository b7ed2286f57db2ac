/**
 * Commits to a store until it is killed, and says after each commit, and only then, which one it was. Arguments: the data
 * directory and `node:sqlite` or `node-sqlite3-wasm`, or neither for what this Node has.
 */
import { writeSync } from 'node:fs'
import { createNodeDriver } from '../../../src/store/sqlite/node-sqlite.js'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.js'
import { createWasmDriver } from '../../../src/store/sqlite/wasm-sqlite.js'
import { createSystemClock } from '../../../src/system-clock.js'
import { countedCommit, lastCommitOf } from './counted-commit.js'

const [folder = '', driverName] = process.argv.slice(2)
const driver = driverName === 'node-sqlite3-wasm' ? createWasmDriver() : createNodeDriver()
const store = await openSqliteStore({ folder, clock: createSystemClock({ keepAlive: true }), driver })
const last = await lastCommitOf(store)
writeSync(1, `opened ${last}\n`)
for (let number = last + 1; ; number += 1) {
  await store.commit(countedCommit(number))
  writeSync(1, `committed ${number}\n`)
}
