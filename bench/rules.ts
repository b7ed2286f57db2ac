/**
 * `npm run bench:rules`: how many rules are evaluated in a second on one core, over an embedded window that holds 100,000
 * traces, and how long it takes to compile 1,000 rules. Prints JSON. `--quick` checks the bench with a twentieth of the
 * traces, and `--profile FOLDER` leaves a CPU profile.
 */
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import { compileAll, compiled } from './compiled.js'
import { onCore, SERVER_CORE } from './cores.js'
import { profileInto } from './profile.js'

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, profile: { type: 'string' } },
})
compileAll()
const command = [
  ...onCore(SERVER_CORE),
  process.execPath,
  ...profileInto(values.profile),
  compiled('bench/rules/measure.ts'),
  ...(values.quick ? ['--quick'] : []),
]
const [program = '', ...args] = command
process.exitCode = spawnSync(program, args, { stdio: 'inherit' }).status ?? 1
