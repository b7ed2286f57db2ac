import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.js'
import { createSystemClock } from '../src/system-clock.js'
import { readCommitted } from './journal.js'
import { FAULT_VARIABLE } from './faults.js'
import { judge, type Verdict } from './judge.js'
import { openLines, readLines, type LinesFile } from './lines-file.js'
import type { CampaignOptions } from './options.js'
import { planKill, type PlannedKill } from './plan-kill.js'
import { start, type Started } from './process.js'
import { createRandom } from './random.js'
import { isCommitted, isKilled, isSent, isTold, type Killed } from './records.js'
import { daemonVariables, TEMPO_VARIABLES, writeSettings } from './settings.js'
import { JOURNAL_VARIABLE, SKIP_VARIABLE, STEP_VARIABLE } from './steps.js'
import { createTraffic } from './traffic.js'

export interface CampaignPlace {
  /** Its state. */
  readonly folder: string
  /** The compiled project. */
  readonly code: string
}

export interface CampaignOutcome extends Verdict {
  readonly kills: readonly Killed[]
}

/** Of a daemon that does not reach its step. */
const LONGEST_LIFE_MS = 2500
/** From the start of a daemon to the first that it tells of, on a machine at rest. */
const FIRST_TOLD_AFTER_MS = 2000
const TURN_MS = 100
const SENT_EVERY_TURNS = 20
const NOWHERE: LinesFile = { append: () => {}, close: () => {} }
/** Until everything is told after the last kill. */
const SETTLED_WITHIN_MS = 120_000

/** Kills the daemon until it was killed so often, all runs in this folder together, lets it tell the rest, and judges. */
export async function runCampaign(options: CampaignOptions, place: CampaignPlace): Promise<CampaignOutcome> {
  const tempoFolder = join(place.folder, 'tempo')
  mkdirSync(tempoFolder, { recursive: true })
  const { files, begun } = openFiles(place.folder)
  const tempo = start({
    args: [join(place.code, 'src/cli/main.js')],
    folder: tempoFolder,
    variables: TEMPO_VARIABLES,
  })
  const receiver = start({
    args: [join(place.code, 'campaign/receiver.js'), files.told, String(options.seed + begun)],
    folder: place.folder,
  })
  try {
    const origin = await receiver.said(/listening on (\S+)/)
    writeSettings(place.folder, origin)
    const tempoUrl = await tempo.said(/Answering as a Tempo url="([^"]+)"/)
    const otlp = await tempo.said(/Receiving OTLP over HTTP url="([^"]+)"/)
    const broken = options.fault === undefined ? {} : { [FAULT_VARIABLE]: options.fault }
    const daemon = (variables: Readonly<Record<string, string>>): Started =>
      startDaemon(place, files, tempoUrl, { ...broken, ...variables })
    await killAll({ options, begun, files, otlp, daemon })
    receiver.child.send('calm')
    return await settle({ place, files, begun, daemon, quietMs: options.quietMs })
  } finally {
    await Promise.all([tempo.end(), receiver.end()])
  }
}

interface Files {
  readonly sent: string
  readonly journal: string
  readonly told: string
  readonly kills: string
  /** The runs that ended well. */
  readonly settled: string
}

function openFiles(folder: string): { readonly files: Files; readonly begun: number } {
  const at = (name: string): string => join(folder, `${name}.jsonl`)
  const files = {
    sent: at('sent'),
    journal: at('journal'),
    told: at('told'),
    kills: at('kills'),
    settled: at('settled'),
  }
  // A run is known by how many kills there were before it.
  return { files, begun: readLines(files.kills, isKilled).length }
}

function startDaemon(
  { folder, code }: CampaignPlace,
  { journal }: Files,
  tempoUrl: string,
  variables: Readonly<Record<string, string>>,
): Started {
  return start({
    args: ['--import', join(code, 'campaign/use-dying-store.js'), join(code, 'src/cli/main.js')],
    folder,
    variables: { ...daemonVariables(tempoUrl), [JOURNAL_VARIABLE]: journal, ...variables },
  })
}

interface Killing {
  readonly options: CampaignOptions
  readonly begun: number
  readonly files: Files
  readonly otlp: string
  readonly daemon: (variables: Readonly<Record<string, string>>) => Started
}

async function killAll({ options, begun, files, otlp, daemon }: Killing): Promise<void> {
  const record = openLines(files.kills)
  const send = createTraffic(otlp, openLines(files.sent), begun)
  const slowness = await liveOnce(createTraffic(otlp, NOWHERE, begun), files, daemon)
  for (let number = begun; number < options.kills; number += 1) {
    await send()
    const plan = choosePlan(options, number)
    record.append({ run: begun, ...(await killOne(plan, daemon, { ...options, slowness })) })
    if ((number + 1) % 10 === 0) process.stderr.write(`${number + 1} of ${options.kills} kills\n`)
  }
  record.close()
}

/**
 * A daemon that has looked at the traces once knows from then on how far it has come, also through kills. Answers how much
 * longer that takes here than on a machine at rest: all lives are as much longer.
 */
async function liveOnce(send: () => Promise<void>, files: Files, daemon: Killing['daemon']): Promise<number> {
  const begunAt = performance.now()
  const before = sizeOf(files.told)
  const started = daemon({})
  const isLate = (): boolean => performance.now() - begunAt > SETTLED_WITHIN_MS
  for (let turn = 0; sizeOf(files.told) === before && !isLate(); turn += 1) {
    // It may be too slow to see these, of which nothing is expected.
    if (turn % SENT_EVERY_TURNS === 0) await send()
    await sleep(TURN_MS)
  }
  await started.end()
  if (isLate()) throw new Error(`the daemon tells of nothing:\n${started.output()}`)
  return Math.max(1, (performance.now() - begunAt) / FIRST_TOLD_AFTER_MS)
}

function choosePlan({ plans, seed }: CampaignOptions, number: number): PlannedKill {
  return plans?.[number % plans.length] ?? planKill(number, createRandom(seed * 1_000_003 + number))
}

async function killOne(
  plan: PlannedKill,
  daemon: Killing['daemon'],
  { longestLifeMs = LONGEST_LIFE_MS, slowness }: CampaignOptions & { readonly slowness: number },
): Promise<Omit<Killed, 'run'>> {
  const begunAt = performance.now()
  const step = plan.kind === 'step' ? plan.step : undefined
  const started = daemon(
    plan.kind === 'step' ? { [STEP_VARIABLE]: plan.step, [SKIP_VARIABLE]: String(plan.skip) } : {},
  )
  const timeUp = sleep(
    plan.kind === 'random' ? plan.afterMs * slowness : longestLifeMs * slowness,
    'time is up' as const,
  )
  const first = await Promise.race([started.ended, timeUp])
  if (first !== 'time is up' && first !== 'SIGKILL') throw new Error(`the daemon ended:\n${started.output()}`)
  await started.end()
  const ms = Math.round(performance.now() - begunAt)
  return { at: step ?? 'random', reached: first === 'SIGKILL' || step === undefined, ms }
}

interface Settling {
  readonly place: CampaignPlace
  readonly files: Files
  readonly begun: number
  readonly daemon: Killing['daemon']
  readonly quietMs: number | undefined
}

/** Lets a daemon tell what is left; then its store is read. */
async function settle({ place, files, begun, daemon, quietMs }: Settling): Promise<CampaignOutcome> {
  const last = daemon({})
  const deadline = Date.now() + SETTLED_WITHIN_MS
  const isQuiet = watchQuiet(files, quietMs)
  while (Date.now() < deadline && !isQuiet() && !isSettled(judgeFiles(files, begun))) await sleep(500)
  await last.end('SIGTERM')
  const store = await openSqliteStore({
    folder: join(place.folder, 'data'),
    clock: createSystemClock({ keepAlive: false }),
  })
  const journal = openLines(files.journal)
  journal.append(await readCommitted(store))
  await store.close()
  openLines(files.settled).append({ settled: begun })
  return { ...judgeFiles(files, begun), kills: readLines(files.kills, isKilled) }
}

/** Whether nothing was told or committed for so long. */
function watchQuiet({ told, journal }: Files, quietMs = Number.POSITIVE_INFINITY): () => boolean {
  let [size, since] = [0, Date.now()]
  return () => {
    const now = [told, journal].reduce((sum, file) => sum + sizeOf(file), 0)
    if (now !== size) [size, since] = [now, Date.now()]
    return Date.now() - since > quietMs
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

function isSettled({ lost, open }: Verdict): boolean {
  return lost.length === 0 && open === 0
}

/** Of a run that was itself broken off nobody knows what it had found: the spans ended with it. */
function judgeFiles(files: Files, run: number): Verdict {
  const settled = new Set([run, ...readLines(files.settled, isRun).map((each) => each.settled)])
  return judge({
    sent: readLines(files.sent, isSent).filter((each) => settled.has(each.run)),
    committed: readLines(files.journal, isCommitted),
    told: readLines(files.told, isTold),
  })
}

function isRun(value: unknown): value is { readonly settled: number } {
  return typeof value === 'object' && value !== null && 'settled' in value
}
