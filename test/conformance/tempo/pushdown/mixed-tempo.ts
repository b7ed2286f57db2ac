import { setTimeout as sleep } from 'node:timers/promises'
import type { Trace } from '../../../../src/model/trace.js'
import { spaceQuery } from '../../../../src/source/tempo/space-query.js'
import { startRealTempo, type RealTempo } from '../../../peers/tempo.js'
import type { SearchAnswer } from '../differential/answer.js'
import { searchHere, tracesOf } from '../differential/search-here.js'
import { searchTempo, sendAll, untilShown } from '../differential/search-tempo.js'
import { mixedRequests } from './mixed-traces.js'

/** A real Tempo that holds random traces which bend its answers. */
export interface MixedTempo {
  readonly tempo: RealTempo
  readonly traces: readonly Trace[]
  /** The `trace: span` of each span that it finds. Throws where it refuses the query. */
  find(query: string): Promise<readonly string[]>
  /** The same for whatever the query, also one that it refuses. */
  ask(query: string): Promise<SearchAnswer>
}

/** Where a Tempo holds what it has received: it answers some queries from one as it does not from the other. */
export type Storage = 'write-ahead log' | 'complete blocks'

export async function startMixedTempo(
  binary: string,
  { seed, count, storage }: { readonly seed: number; readonly count: number; readonly storage: Storage },
): Promise<MixedTempo> {
  const isComplete = storage === 'complete blocks'
  const tempo = await startRealTempo(binary, { quickToShow: true, quickToComplete: isComplete })
  const startMs = Date.now() - 15_000
  const window = { start: Math.floor(startMs / 1000) - 60, end: Math.floor(startMs / 1000) + 600 }
  const requests = mixedRequests(seed, count, startMs)
  const traces = tracesOf(requests)
  await sendAll(tempo, requests)
  await untilShown(tempo, searchHere('{ }', traces), window)
  if (isComplete) await untilCompleted(tempo)
  const ask = (query: string): Promise<SearchAnswer> => searchTempo(tempo, spaceQuery(query), window)
  return { tempo, traces, ask, find: async (query) => spansOf(await ask(query)) }
}

const COMPLETED_WITHIN_MS = 60_000

/** Waits until all that was received is in complete blocks. Throws if that takes too long. */
export async function untilCompleted({ url }: RealTempo): Promise<void> {
  const deadline = Date.now() + COMPLETED_WITHIN_MS
  while (Date.now() < deadline) {
    const metrics = await (await fetch(`${url}/metrics`)).text()
    const cut = sumOf(metrics, 'tempo_live_store_blocks_cut_total')
    const isIdle = sumOf(metrics, 'tempo_live_store_live_traces') === 0
    // A block is cut while there are traces in it, at the latest a second after the first.
    if (isIdle && cut > 0 && cut === sumOf(metrics, 'tempo_live_store_blocks_completed_total')) return
    await sleep(200)
  }
  throw new Error(`Tempo did not complete its blocks within ${COMPLETED_WITHIN_MS} ms`)
}

function sumOf(metrics: string, name: string): number {
  const values = metrics
    .split('\n')
    .flatMap((line) => (line.startsWith(name) ? [Number(line.slice(line.lastIndexOf(' ')))] : []))
  return values.reduce((sum, value) => sum + value, 0)
}

/** The `trace: span` of each span. Throws for a refusal. */
export function spansOf(answer: SearchAnswer): readonly string[] {
  if ('refused' in answer) throw new Error(answer.refused)
  const spans = answer.flatMap((line) => {
    const [trace = '', ids = ''] = line.split(': ')
    return ids.split(' ').map((span) => `${trace}: ${span}`)
  })
  return [...new Set(spans)].sort()
}

export function without(some: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others)
  return some.filter((each) => !known.has(each))
}
