/**
 * `npm run bench:store`: evaluations committed in a second with fsync, notifications that go through the outbox in a second,
 * and how long a store with 10,000 alerts takes to open; for each way to SQLite that this Node has. Prints JSON. `--quick`
 * checks the bench with a twentieth of it, `--folder DIR` says on which disk, and `--profile FOLDER` leaves a CPU profile.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createNodeDriver } from '../src/store/sqlite/node-sqlite.js'
import { compileAll, compiled } from './compiled.js'
import { onCore, SERVER_CORE } from './cores.js'
import { describeMachine } from './machine.js'
import { profileInto } from './profile.js'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
    profile: { type: 'string' },
  },
})

/** What a process of its own measures, pinned to one core. */
function measure(driver: string): unknown {
  const folder = mkdtempSync(join(values.folder, 'tracebell-bench-'))
  try {
    const node = [process.execPath, ...profileInto(values.profile)]
    const args = [compiled('bench/store/measure.ts'), folder, driver, ...(values.quick ? ['--quick'] : [])]
    const [program = '', ...rest] = [...onCore(SERVER_CORE), ...node, ...args]
    const { stdout, status } = spawnSync(program, rest, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (status !== 0) throw new Error(`${driver} could not be measured`)
    return JSON.parse(stdout)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

compileAll()
const drivers = [...(createNodeDriver() === undefined ? [] : ['node:sqlite']), 'node-sqlite3-wasm']
const results = drivers.map((driver) => measure(driver))
console.log(
  JSON.stringify({ bench: 'store', machine: describeMachine(), quick: values.quick, results }, undefined, 2),
)
