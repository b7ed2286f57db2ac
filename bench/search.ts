import { setTimeout as sleep } from 'node:timers/promises'
import { startRealTempo } from '../test/peers/tempo.js'
import { WrongAnswer, type Benchmark, type BenchContext, type Comparison } from './benchmark.js'
import { SERVER_CORE, onCore } from './cores.js'
import { fill, type Filled } from './fill.js'
import { practiceQueries } from './practice-queries.js'
import { profileInto } from './profile.js'
import { median, quantile, round } from './quantile.js'
import { createSearchClient, type SearchClient, type SearchParameters } from './search-client.js'
import { startTracebell } from './tracebell.js'

const GIB = 2 ** 30
const WINDOW_BYTES = 4 * GIB
/** What both answer at most where nobody says how much; and what makes most queries look at every trace. */
const LIMITS = [20, 1000]
/** Enough for all, and the most that Tempo takes. */
const NO_LIMIT = 262_144
/** Tempo shows a trace about 40 s after it came; a machine that is busy with other things takes longer. */
const SHOWN_WITHIN_MS = 240_000
const LOOK_EVERY_MS = 5000
/** Before the first trace of a load. */
const MARGIN_SECS = 60
/** Rounds that are not counted, in which both get warm. */
const WARM_UP_ROUNDS = 1
const EVERY_QUERY = 10
const QUICK: SearchSize = { traces: 1000, rounds: 1 }
const QUICK_EVERY_QUERY = 80

export interface SearchSize {
  readonly traces: number
  /** How often each query is put, for the figures. */
  readonly rounds: number
}

/** The practice queries over so many traces, one after the other, ours and Tempo's in turn. */
export function searchOver(size: SearchSize): Benchmark {
  const { traces } = size
  return {
    name: `search over ${traces.toLocaleString('en')} traces`,
    group: 'search',
    unit: 'milliseconds at p50',
    ratioOf: 'peer / ours',
    aim: { atLeast: 5 },
    peer: 'tempo',
    needsBytes: 2 * GIB + traces * 60_000,
    measure: (binary, context) => compare(context.quick ? QUICK : size, binary, context),
  }
}

/** Both sides of a comparison, ours first, and what both are asked. */
interface Pair {
  readonly ours: SearchClient
  readonly peer: SearchClient
  readonly window: Pick<SearchParameters, 'start' | 'end'>
}

async function compare(
  size: SearchSize,
  binary: string,
  context: BenchContext,
): Promise<readonly Comparison[]> {
  const tempo = await startRealTempo(binary, { withoutLimits: true, launcher: onCore(SERVER_CORE) })
  const tracebell = await startTracebell({
    windowBytes: WINDOW_BYTES,
    nodeArgs: profileInto(context.profiles),
  })
  const ours = createSearchClient(tracebell.tempoUrl)
  const peer = createSearchClient(tempo.url)
  try {
    const start = Math.floor(Date.now() / 1000) - MARGIN_SECS
    const filled = await fill([tracebell.otlpUrl, tempo.otlpUrl], size.traces)
    context.say(`${filled.traces} traces, ${filled.spans} spans sent; waiting until Tempo shows them`)
    const pair = { ours, peer, window: { start, end: Math.ceil(Date.now() / 1000) } }
    await untilShown(pair, filled)
    return await comparePair(pair, filled, size.rounds, context)
  } finally {
    ours.close()
    peer.close()
    await Promise.all([tracebell.stop(), tempo.stop()])
  }
}

async function untilShown({ peer, window }: Pair, { traces }: Filled): Promise<void> {
  const deadline = Date.now() + SHOWN_WITHIN_MS
  let shown = 0
  while (Date.now() < deadline) {
    await sleep(LOOK_EVERY_MS)
    shown = (await peer.search({ ...window, query: '{ }', limit: NO_LIMIT })).traceIds.length
    if (shown === traces) return
  }
  throw new Error(`Tempo shows ${shown} of ${traces} traces after ${SHOWN_WITHIN_MS / 1000} s`)
}

async function comparePair(
  pair: Pair,
  filled: Filled,
  rounds: number,
  { quick, say }: BenchContext,
): Promise<readonly Comparison[]> {
  const queries = practiceQueries(quick ? QUICK_EVERY_QUERY : EVERY_QUERY)
  say(`checking the answers to ${queries.length} queries`)
  const found = await checkAnswers(pair, queries)
  const comparisons: Comparison[] = []
  for (const limit of LIMITS) {
    const timed: Round[] = []
    for (let index = 0; index < WARM_UP_ROUNDS + rounds; index += 1) {
      timed.push(await timeRound(pair, found, limit))
    }
    const counted = summarize(found, timed.slice(WARM_UP_ROUNDS))
    say(`limit ${limit}: p50 ${counted.ours} ms ours, ${counted.peer} ms peer`)
    comparisons.push({ ...counted, of: `limit ${limit}` })
  }
  return comparisons.map((each) => ({ ...each, details: { ...filled, ...each.details } }))
}

function summarize(found: ReadonlyMap<string, number>, timed: readonly Round[]): Comparison {
  return {
    ...figuresAt(0.5, timed),
    details: { rounds: timed.length, p99: figuresAt(0.99, timed), queries: describeQueries(found, timed) },
  }
}

function figuresAt(share: number, timed: readonly Round[]) {
  const each = timed.map(({ ours, peer }) => ({ ours: quantile(share, ours), peer: quantile(share, peer) }))
  return {
    ours: round(median(each.map(({ ours }) => ours))),
    peer: round(median(each.map(({ peer }) => peer))),
    ratio: round(median(each.map(({ ours, peer }) => peer / ours))),
  }
}

function tell(times: readonly number[]): number {
  return round(median(times))
}

/** How many traces each query finds, which both must agree on, trace by trace. */
async function checkAnswers({ ours, peer, window }: Pair, queries: readonly string[]) {
  const found = new Map<string, number>()
  for (const query of queries) {
    const parameters = { ...window, query, limit: NO_LIMIT }
    const [here, there] = [await ours.search(parameters), await peer.search(parameters)]
    if (here.traceIds.join() !== there.traceIds.join()) {
      throw new WrongAnswer(
        `${query} finds ${here.traceIds.length} traces here and ${there.traceIds.length}, or others, in Tempo`,
      )
    }
    found.set(query, here.traceIds.length)
  }
  return found
}

/** Milliseconds, by query in their order. */
interface Round {
  readonly ours: readonly number[]
  readonly peer: readonly number[]
}

async function timeRound(
  { ours, peer, window }: Pair,
  found: ReadonlyMap<string, number>,
  limit: number,
): Promise<Round> {
  const times = { ours: [] as number[], peer: [] as number[] }
  for (const [query, traces] of found) {
    const parameters = { ...window, query, limit }
    for (const [side, client] of [
      ['ours', ours],
      ['peer', peer],
    ] as const) {
      const { ms, traceIds } = await client.search(parameters)
      if (traceIds.length !== Math.min(traces, limit)) {
        throw new WrongAnswer(
          `${query} finds ${traceIds.length} traces of ${traces} (${side}), limit ${limit}`,
        )
      }
      times[side].push(ms)
    }
  }
  return times
}

function describeQueries(found: ReadonlyMap<string, number>, timed: readonly Round[]) {
  return Array.from(found, ([query, traces], index) => {
    const p50 = (side: keyof Round): number => tell(timed.map((times) => times[side][index] ?? 0))
    return { query, traces, oursMs: p50('ours'), peerMs: p50('peer') }
  })
}
