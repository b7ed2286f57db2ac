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

export async function startMixedTempo(binary: string, seed: number, count: number): Promise<MixedTempo> {
  const tempo = await startRealTempo(binary, { quickToShow: true })
  const startMs = Date.now() - 15_000
  const window = { start: Math.floor(startMs / 1000) - 60, end: Math.floor(startMs / 1000) + 600 }
  const requests = mixedRequests(seed, count, startMs)
  const traces = tracesOf(requests)
  await sendAll(tempo, requests)
  await untilShown(tempo, searchHere('{ }', traces), window)
  const ask = (query: string): Promise<SearchAnswer> => searchTempo(tempo, spaceQuery(query), window)
  return { tempo, traces, ask, find: async (query) => spansOf(await ask(query)) }
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
