import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Trace } from '../../../../src/model/trace.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo, type RealTempo } from '../../../peers/tempo.js'
import { isSameAnswer } from './answer.js'
import { withoutColumns } from './compared-series.js'
import { KINDS_OF_TRACES } from './kinds-of-traces.js'
import { measureHere } from './measure-here.js'
import { measureTempo } from './measure-tempo.js'
import { randomMetrics } from './random-metrics.js'
import { randomRequests, START_GRID_MS, type TraceShape } from './random-traces.js'
import { searchFullyHere, searchHere, tracesOf } from './search-here.js'
import { searchFullyTempo, sendAll, untilShown } from './search-tempo.js'
import { isSameSeries, seriesLines, type SeriesAnswer } from './series-answer.js'
import { tellAnswers } from './tell-answers.js'

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

/** Long enough ago that all is over, near enough that Tempo takes the traces for new. */
const STARTED_MS_AGO = 105_000

/** Some milliseconds before this, and after the next time of the grid, no span starts. */
function startOfAll(): number {
  const now = Date.now() - STARTED_MS_AGO
  return now - (now % START_GRID_MS) + 1
}

interface Loaded {
  readonly tempo: RealTempo
  readonly traces: readonly Trace[]
  readonly startMs: number
  /** Holds every trace. */
  readonly window: { readonly start: number; readonly end: number }
}

/** Random traces in a Tempo of their own: at first in its write-ahead log, and soon in a complete block. */
async function loadTempo(shape: TraceShape): Promise<Loaded> {
  console.log(`DIFFERENTIAL_SEED=${seed} DIFFERENTIAL_RUNS=${runs}`)
  const tempo = await startRealTempo(binary ?? '', { quickToShow: true, quickToComplete: true })
  onTestFinished(() => tempo.stop())
  const startMs = startOfAll()
  const window = { start: Math.floor(startMs / 1000) - 60, end: Math.floor(startMs / 1000) + 600 }
  const requests = randomRequests(seed, TRACES, startMs, shape)
  const traces = tracesOf(requests)
  expect(traces.length).toBe(TRACES)
  await sendAll(tempo, requests)
  await untilShown(tempo, searchHere('{ }', traces), window)
  return { tempo, traces, startMs, window }
}

type Answer = { readonly refused: string } | { readonly length: number } | { readonly size: number }

/** Two that agree on nothing but refusals and nothing found have not been compared. */
function summarize(answers: readonly Answer[]) {
  const refused = answers.filter((answer) => 'refused' in answer).length
  const found = answers.filter(isFound).length
  return { found, refused, isEnough: found > answers.length / 2 && refused < answers.length / 20 }
}

function isFound(answer: Answer): boolean {
  return !('refused' in answer) && ('length' in answer ? answer.length : answer.size) > 0
}

describe.skipIf(binary === undefined)('random queries on random traces, here and in a real Tempo', () => {
  it.each(KINDS_OF_TRACES)('find the same in $name', async ({ shape, search }) => {
    const { tempo, traces, window } = await loadTempo(shape)
    const answers: Answer[] = []
    await fc.assert(
      fc.asyncProperty(search, async (query) => {
        const here = searchFullyHere(query, traces)
        const there = await searchFullyTempo(tempo, query, window)
        answers.push(here)
        if (isSameAnswer(there, here)) return
        throw new Error(`seed ${seed}: ${query}\n${tellAnswers(there, here)}`)
      }),
      { seed, numRuns: runs },
    )
    expect(summarize(answers)).toMatchObject({ isEnough: true })
  })

  it('measure the same', async () => {
    const { tempo, traces, startMs } = await loadTempo({
      roots: 'many',
      orphans: false,
      sharedIds: false,
      items: 1,
    })
    const start = Math.floor(startMs / 1000)
    const answers: Answer[] = []
    await fc.assert(
      fc.asyncProperty(randomMetrics, async ({ query, span }) => {
        const window = {
          start: start + span.fromSeconds,
          end: start + span.toSeconds,
          step: span.stepSeconds,
        }
        const toCompared = query.includes('compare(') ? withoutColumns : (answer: SeriesAnswer) => answer
        const here = toCompared(measureHere(query, traces, window))
        const there = toCompared(await measureTempo(tempo, query, window))
        answers.push(here)
        if (isSameSeries(there, here)) return
        const told = tellAnswers(seriesLines(there), seriesLines(here))
        throw new Error(`seed ${seed}: ${query} ${JSON.stringify(window)}\n${told}`)
      }),
      { seed, numRuns: runs },
    )
    expect(summarize(answers)).toMatchObject({ isEnough: true })
  })
})
