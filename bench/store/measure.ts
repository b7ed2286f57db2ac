/** Measures one way to SQLite in a folder, and prints what it came to as JSON. */
import { createNodeDriver } from '../../src/store/sqlite/node-sqlite.js'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import { createWasmDriver } from '../../src/store/sqlite/wasm-sqlite.js'
import type { Store } from '../../src/store/store.js'
import { createSystemClock } from '../../src/system-clock.js'
import { quantile, round } from '../quantile.js'
import { flushOf, oneAlert, storm } from './load.js'

const [folder = '', driverName = ''] = process.argv.slice(2)
const quick = process.argv.includes('--quick')
const [COMMITS, MESSAGES, ALERTS] = quick ? [100, 50, 500] : [2000, 1000, 10_000]
const ROUNDS = quick ? 1 : 5
const DUE_AT_ONCE = 50
const SECOND = 1000

const clock = createSystemClock({ keepAlive: true })
const driver = driverName === 'node:sqlite' ? createNodeDriver() : createWasmDriver()
const open = (): Promise<Store> => openSqliteStore({ folder, clock, driver })

/** How often in a second `times` times of something are done. */
async function rateOf(times: number, work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return (times * SECOND) / (performance.now() - begun)
}

async function commitOneByOne(store: Store): Promise<void> {
  for (let number = 0; number < COMMITS; number += 1) await store.commit(oneAlert(number, clock.now()))
}

/** Each message is put in with what is noted of it, found due, and noted as delivered: two transactions. */
async function sendOneByOne(store: Store, turn: number): Promise<void> {
  for (let number = 0; number < MESSAGES; number += 1)
    await store.dispatch(flushOf(`${turn} ${number}`, clock.now()))
  for (;;) {
    const due = await store.due(clock.now(), DUE_AT_ONCE, [])
    if (due.length === 0) return
    for (const { id } of due) await store.delivered(id, clock.now())
  }
}

async function timeOf(work: () => Promise<void>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

let store = await open()
const [commits, messages]: [number[], number[]] = [[], []]
for (let turn = 0; turn < ROUNDS; turn += 1) {
  commits.push(await rateOf(COMMITS, () => commitOneByOne(store)))
  messages.push(await rateOf(MESSAGES, () => sendOneByOne(store, turn)))
}
const stormMs = await timeOf(() => store.commit(storm(ALERTS, clock.now())))
const opened: number[] = []
for (let turn = 0; turn < ROUNDS; turn += 1) {
  await store.close()
  opened.push(await timeOf(async () => void (store = await open())))
}
const { length: alerts } = await store.loadAlerts()
await store.close()
console.log(
  JSON.stringify({
    driver: driverName,
    commitsPerSecond: { best: round(quantile(1, commits)), rounds: commits.map((each) => round(each)) },
    notificationsPerSecond: {
      best: round(quantile(1, messages)),
      rounds: messages.map((each) => round(each)),
    },
    storm: { alerts: ALERTS, commitMs: round(stormMs) },
    open: { alerts, ms: round(Math.min(...opened)) },
    rssMib: round(process.memoryUsage().rss / 2 ** 20),
  }),
)
