import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startRealTempo } from '../../../peers/tempo.js'
import { findPeer } from '../../../peers/find-peer.js'
import { isSameAnswer, tellAnswers } from './answer.js'
import { randomQuery } from './random-query.js'
import { randomRequests } from './random-traces.js'
import { searchHere, tracesOf } from './search-here.js'
import { searchTempo, sendAll, untilShown } from './search-tempo.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const TRACES = 40
const runs = numberIn('DIFFERENTIAL_RUNS', 250)
const seed = numberIn('DIFFERENTIAL_SEED', 20_260_821)

function numberIn(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise)
  if (!Number.isInteger(value)) throw new Error(`${name} is ${process.env[name]}, and must be a whole number`)
  return value
}

describe.skipIf(binary === undefined)('random queries on random traces', () => {
  it('are answered here as by a real Tempo', async () => {
    console.log(`DIFFERENTIAL_SEED=${seed} DIFFERENTIAL_RUNS=${runs}`)
    const tempo = await startRealTempo(binary ?? '', { quickToShow: true })
    onTestFinished(() => tempo.stop())
    // In the past, so that nothing ends in the future; near enough that Tempo takes the traces for new.
    const startMs = Date.now() - 15_000
    const window = { start: Math.floor(startMs / 1000) - 60, end: Math.floor(startMs / 1000) + 600 }
    const requests = randomRequests(seed, TRACES, startMs)
    const traces = tracesOf(requests)
    expect(traces.length).toBe(TRACES)
    await sendAll(tempo, requests)
    await untilShown(tempo, searchHere('{ }', traces), window)

    const all = new Set<string>()
    let matching = 0
    let refused = 0
    await fc.assert(
      fc.asyncProperty(randomQuery, async (query) => {
        const here = searchHere(query, traces)
        const there = await searchTempo(tempo, query, window)
        all.add(query)
        if ('refused' in here) refused += 1
        else if (here.length > 0) matching += 1
        if (isSameAnswer(there, here)) return
        throw new Error(`seed ${seed}: ${query}\n${tellAnswers(there, here)}`)
      }),
      { seed, numRuns: runs },
    )
    // Otherwise the two agree on nothing of interest.
    expect({
      refused,
      matching,
      all: all.size,
      enough: matching > runs / 2 && refused < runs / 20,
    }).toMatchObject({
      enough: true,
    })
  })
})
