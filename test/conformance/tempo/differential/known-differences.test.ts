import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Trace } from '../../../../src/model/trace.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo, type RealTempo } from '../../../peers/tempo.js'
import type { SearchAnswer } from './answer.js'
import { KNOWN_DIFFERENCES } from './known-differences.js'
import { measureHere } from './measure-here.js'
import { measureTempo } from './measure-tempo.js'
import { searchHere, tracesOf } from './search-here.js'
import { searchTempo, sendAll, untilShown } from './search-tempo.js'
import type { SeriesAnswer } from './series-answer.js'
import { smallTrace } from './small-trace.js'

const binary = findPeer('tempo')

/** Long enough ago that all is over, near enough that Tempo takes the traces for new. */
const STARTED_SECONDS_AGO = 110
const HALF_SECOND_MS = 500
const COMPLETE_WITHIN_MS = 20_000
const DIGITS = 9

const isMetrics = (query: string): boolean => /_over_time\(|rate\(/.test(query)

function namesOf(answer: SearchAnswer, { traceId, spans }: Trace): string {
  if ('refused' in answer) return 'fails'
  const nameOf = (id: string): string => spans.find(({ spanId }) => spanId === id)?.name ?? id
  const sets = answer
    .filter((line) => line.startsWith(traceId))
    .map((line) => (line.split(': ')[1] ?? '').split(' ').map(nameOf).sort().join(' '))
  return sets.sort().join(' | ') || 'nothing'
}

function seriesOf(answer: SeriesAnswer): string {
  if ('refused' in answer) return 'fails'
  const series = Array.from(answer, ([labels, values]) => {
    return `${labels}: ${Array.from(values.values(), (value) => Number(value.toPrecision(DIGITS))).join(' ')}`
  })
  return series.sort().join('; ') || 'nothing'
}

const DOCS = new URL('../../../../docs/traceql-differences.md', import.meta.url)

it('each known difference is explained', () => {
  const explained = readFileSync(DOCS, 'utf8').replaceAll('\\|', '|')
  expect(KNOWN_DIFFERENCES.filter(({ cause }) => !explained.includes(cause))).toEqual([])
})

describe.skipIf(binary === undefined)('a query that we answer otherwise than a real Tempo', () => {
  let tempo: RealTempo
  let traces: readonly Trace[]
  const base = Math.floor(Date.now() / 1000) - STARTED_SECONDS_AGO

  beforeAll(async () => {
    tempo = await startRealTempo(binary ?? '', { quickToShow: true, quickToComplete: true })
    // Each trace has a second of its own, so that a query can be asked of it alone.
    const requests = KNOWN_DIFFERENCES.map(({ spans }, index) =>
      smallTrace(`known difference ${index}`, (base + index) * 1000 + HALF_SECOND_MS, spans),
    )
    traces = tracesOf(requests)
    await sendAll(tempo, requests)
    const end = base + KNOWN_DIFFERENCES.length + 1
    await untilShown(tempo, searchHere('{ }', traces), { start: base - 1, end })
  })
  afterAll(() => tempo.stop())

  it.each(KNOWN_DIFFERENCES.map((difference, index) => ({ ...difference, index })))(
    '$query, as $cause',
    async ({ query, index, ...expected }) => {
      const trace = traces[index]
      if (trace === undefined) throw new Error(`no trace ${index}`)
      const window = { start: base + index, end: base + index + 1 }
      const instant = { ...window, step: undefined }
      const answers = async () =>
        isMetrics(query)
          ? {
              tempo: seriesOf(await measureTempo(tempo, query, instant)),
              here: seriesOf(measureHere(query, [trace], instant)),
            }
          : {
              tempo: namesOf(await searchTempo(tempo, query, window), trace),
              here: namesOf(searchHere(query, [trace]), trace),
            }
      // Some show only when the block is complete.
      await expect
        .poll(answers, { timeout: COMPLETE_WITHIN_MS })
        .toEqual({ tempo: expected.tempo, here: expected.here })
    },
  )
})
