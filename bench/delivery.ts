/**
 * `npm run bench:delivery`: from alerts to a webhook on loopback, one group for each alert, on one core: ours with each step
 * on the disk (fsync) before it counts, beside a real Alertmanager that is told of the same alerts, in turns. The receiver
 * has the other core. Prints JSON. `--quick` checks the bench with a tenth of it, `--folder DIR` says on which disk, and
 * `--profile FOLDER` leaves a CPU profile of ours. Without an Alertmanager (ALERTMANAGER_BIN) ours is measured alone.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createNodeDriver } from '../src/store/sqlite/node-sqlite.js'
import { findPeer } from '../test/peers/find-peer.js'
import { startRealAlertmanager } from '../test/peers/alertmanager.js'
import { alertFacts, commonNow, GENERATOR_URL, LASTS_MS, portions, ROUTE } from './delivery/alert-facts.js'
import { startChild, type Child } from './child.js'
import { compileAll } from './compiled.js'
import { LOAD_CORE, onCore, pinThisProcess, SERVER_CORE } from './cores.js'
import { describeMachine } from './machine.js'
import { cpuMsOf, memoryOf } from './process-usage.js'
import { profileInto } from './profile.js'
import { median, round } from './quantile.js'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
    profile: { type: 'string' },
  },
})
const ALERTS = values.quick ? 500 : 5000
const WARM_UP = values.quick ? 100 : 1000
const ROUNDS = values.quick ? 1 : 3
const SECOND = 1000

interface Turn {
  readonly perSecond: number
  readonly perCpuSecond: number
  readonly rssMib: number
  readonly messageBytes: number
}

/** A side that is measured: it is told of alerts, and answers when all is noted on its side. */
interface Side {
  readonly pid: number
  tell(from: number, count: number): Promise<number>
  stop(): Promise<void>
}

async function measure(open: (url: string) => Promise<Side>): Promise<Turn> {
  const receiver = startChild({ file: 'bench/delivery/receiver.ts', core: LOAD_CORE })
  const side = await open(readText(await receiver.next(), 'url'))
  try {
    await tellAll(side, receiver, 0, WARM_UP)
    const [begun, cpuBefore] = [commonNow(), cpuMsOf(side.pid)]
    const { at, messageBytes } = await tellAll(side, receiver, WARM_UP, ALERTS)
    const cpuMs = cpuMsOf(side.pid) - cpuBefore
    return {
      perSecond: round((ALERTS * SECOND) / (at - begun)),
      perCpuSecond: round((ALERTS * SECOND) / cpuMs),
      rssMib: round(memoryOf(side.pid).resident / 2 ** 20),
      messageBytes,
    }
  } finally {
    await side.stop()
    await receiver.stop()
  }
}

/** When the receiver had all, and the side had noted it. */
async function tellAll(
  side: Side,
  receiver: Child,
  from: number,
  count: number,
): Promise<{ readonly at: number; readonly messageBytes: number }> {
  const heard = receiver.ask({ expect: count })
  const [noted, answer] = await Promise.all([side.tell(from, count), heard])
  return { at: Math.max(noted, readNumber(answer, 'at')), messageBytes: readNumber(answer, 'bytes') }
}

async function openOurs(url: string, driver: string): Promise<Side> {
  const folder = mkdtempSync(join(values.folder, 'tracebell-bench-'))
  const child = startChild({
    file: 'bench/delivery/tell.ts',
    core: SERVER_CORE,
    nodeArgs: profileInto(values.profile),
    args: [folder, driver, url],
  })
  await child.next()
  return {
    pid: child.pid,
    tell: async (from, count) => readNumber(await child.ask({ from, count }), 'at'),
    stop: async () => {
      await child.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function openTheirs(url: string, binary: string): Promise<Side> {
  const config = { route: ROUTE, receivers: [{ name: 'team', webhook_configs: [{ url }] }] }
  const launcher = onCore(SERVER_CORE)
  const server = await startRealAlertmanager(binary, JSON.stringify(config), { launcher })
  return {
    pid: server.pid,
    stop: () => server.stop(),
    tell: async (from, count) => {
      for (const numbers of portions(from, count)) await post(`${server.url}/api/v2/alerts`, numbers)
      return commonNow()
    },
  }
}

async function post(url: string, numbers: readonly number[]): Promise<void> {
  const times = { startsAt: new Date().toISOString(), endsAt: new Date(Date.now() + LASTS_MS).toISOString() }
  const alerts = numbers.map((number) => ({ ...alertFacts(number), ...times, generatorURL: GENERATOR_URL }))
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(alerts) })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
}

function readNumber(message: unknown, name: string): number {
  const found: unknown =
    typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined
  if (typeof found !== 'number') throw new Error(`expected ${name} in ${JSON.stringify(message)}`)
  return found
}

function readText(message: unknown, name: string): string {
  const found: unknown =
    typeof message === 'object' && message !== null ? Reflect.get(message, name) : undefined
  if (typeof found !== 'string') throw new Error(`expected ${name} in ${JSON.stringify(message)}`)
  return found
}

function summarize(turns: readonly Turn[]) {
  return {
    perSecond: median(turns.map((turn) => turn.perSecond)),
    perCpuSecond: median(turns.map((turn) => turn.perCpuSecond)),
    rssMib: median(turns.map((turn) => turn.rssMib)),
    messageBytes: median(turns.map((turn) => turn.messageBytes)),
    rounds: turns.map(({ perSecond }) => perSecond),
  }
}

compileAll()
pinThisProcess()
const binary = findPeer('alertmanager')
const drivers = [...(createNodeDriver() === undefined ? [] : ['node:sqlite']), 'node-sqlite3-wasm']
const sides = new Map<string, (url: string) => Promise<Side>>([
  ...drivers.map((driver) => [driver, (url: string) => openOurs(url, driver)] as const),
  ...(binary === undefined ? [] : [['alertmanager', (url: string) => openTheirs(url, binary)] as const]),
])
const turns = new Map([...sides.keys()].map((name) => [name, [] as Turn[]]))
for (let round_ = 0; round_ < ROUNDS; round_ += 1)
  for (const [name, open] of sides) turns.get(name)?.push(await measure(open))
const figures = Object.fromEntries([...turns].map(([name, all]) => [name, summarize(all)]))
const theirs = figures['alertmanager']
const ratios = Object.fromEntries(
  drivers.map((driver) => [
    driver,
    theirs && {
      perSecond: round((figures[driver]?.perSecond ?? 0) / theirs.perSecond),
      perCpuSecond: round((figures[driver]?.perCpuSecond ?? 0) / theirs.perCpuSecond),
    },
  ]),
)
console.log(
  JSON.stringify(
    { bench: 'delivery', machine: describeMachine(), quick: values.quick, alerts: ALERTS, figures, ratios },
    undefined,
    2,
  ),
)
