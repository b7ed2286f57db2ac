import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { anyOf } from '../../../../src/detect/pushdown/rewrite/conditions.js'
import { rewriteFilters, widenFilter } from '../../../../src/detect/pushdown/rewrite/rewrite-filters.js'
import {
  joinPipelines,
  rewritePipeline,
  rewritePipelineWidely,
} from '../../../../src/detect/pushdown/rewrite/rewrite-pipeline.js'
import type { Trace } from '../../../../src/model/trace.js'
import {
  check,
  parse,
  printFieldExpression,
  printPipeline,
  TraceqlError,
  type FieldExpression,
  type Pipeline,
} from '../../../../src/traceql/index.js'
import { findPeer } from '../../../peers/find-peer.js'
import type { SearchAnswer } from '../differential/answer.js'
import { searchHere } from '../differential/search-here.js'
import { spansOf, startMixedTempo, without, type MixedTempo, type Storage } from './mixed-tempo.js'
import { randomCondition } from './random-conditions.js'
import { randomPipeline } from './random-pipelines.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const TRACES = 60
const runs = Number(process.env['DIFFERENTIAL_RUNS'] ?? 300)
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? 20_261_124)

/** Undefined for a query that is wrong. */
function parsePipeline(query: string): Pipeline | undefined {
  try {
    const { root } = check(parse(query))
    return root.kind === 'Pipeline' ? root : undefined
  } catch (error) {
    if (error instanceof TraceqlError) return undefined
    throw error
  }
}

function conditionOf(condition: string): FieldExpression | undefined {
  const [stage] = parsePipeline(`{ ${condition} }`)?.stages ?? []
  return stage?.kind === 'SpansetFilter' ? stage.expression : undefined
}

/** Whether a root leads to every span: of other traces Tempo is not believed. */
function isRooted({ spans }: Trace): boolean {
  const ids = new Set(spans.map(({ spanId }) => spanId))
  return spans.every(({ parentSpanId }) => parentSpanId === undefined || ids.has(parentSpanId))
}

const traceIds = (spans: readonly string[]): readonly string[] => [
  ...new Set(spans.map((line) => line.split(': ')[0] ?? '')),
]

const isWrong = (answer: SearchAnswer, wanted: readonly string[]): boolean =>
  'refused' in answer || spansOf(answer).join() !== wanted.join()

const STORAGES: readonly Storage[] = ['write-ahead log', 'complete blocks']

describe.skipIf(binary === undefined).each(STORAGES)('what a real Tempo finds in its %s', (storage) => {
  let mixed: MixedTempo
  beforeAll(async () => {
    console.log(`DIFFERENTIAL_SEED=${seed} DIFFERENTIAL_RUNS=${runs}`)
    mixed = await startMixedTempo(binary ?? '', { seed, count: TRACES, storage })
  })
  afterAll(() => mixed.tempo.stop())

  it('by a rewritten condition: just the spans that it should, or more where it says so, alone and joined', async () => {
    const seen = { exact: 0, matching: 0, wrongByTempo: 0 }
    await fc.assert(
      fc.asyncProperty(randomCondition, randomCondition, async (text, otherText) => {
        const [one, other] = [conditionOf(text), conditionOf(otherText)]
        const here = searchHere(`{ ${text} }`, mixed.traces)
        if (one === undefined || 'refused' in here) return
        const wanted = spansOf(here)
        const [exact] = rewriteFilters([one], new Set()) ?? []
        const query = `{ ${printFieldExpression(exact ?? widenFilter(one))} }`
        const found = await mixed.find(query)
        expect(without(wanted, found), `${text}\nmissed by ${query}`).toEqual([])
        if (exact !== undefined) expect(without(found, wanted), `${text}\ntoo much by ${query}`).toEqual([])
        seen.exact += exact === undefined ? 0 : 1
        seen.matching += wanted.length > 0 ? 1 : 0
        if (isWrong(await mixed.ask(`{ ${text} }`), wanted)) seen.wrongByTempo += 1
        if (other === undefined) return
        const joined = `{ ${printFieldExpression(anyOf(widenFilter(one), widenFilter(other)))} }`
        expect(without(wanted, await mixed.find(joined)), `${text}\nmissed by ${joined}`).toEqual([])
      }),
      { seed, numRuns: runs },
    )
    console.log(JSON.stringify(seen))
    // Otherwise nothing of interest was asked.
    expect(seen.exact).toBeGreaterThan(runs / 2)
    expect(seen.matching).toBeGreaterThan(runs / 3)
    expect(seen.wrongByTempo).toBeGreaterThan(runs / 10)
  })

  it('by a rewritten pipeline: just the spans that it should, or at least every trace, alone and joined', async () => {
    const rooted = mixed.traces.filter(isRooted)
    const rootedIds = new Set(rooted.map(({ traceId }) => traceId))
    const seen = { exact: 0, matching: 0, wrongByTempo: 0 }
    await fc.assert(
      fc.asyncProperty(randomPipeline, randomPipeline, async (text, otherText) => {
        const [one, other] = [parsePipeline(text), parsePipeline(otherText)]
        const here = searchHere(text, mixed.traces)
        if (one === undefined || 'refused' in here) return
        const wanted = spansOf(here)
        const exact = rewritePipeline(one, new Set())
        const ofRooted = (spans: readonly string[]): readonly string[] =>
          spans.filter((line) => rootedIds.has(line.split(': ')[0] ?? ''))
        if (exact !== undefined) {
          const query = printPipeline(exact)
          const found = await mixed.find(query)
          expect(without(ofRooted(found), wanted), `${text}\ntoo much by ${query}`).toEqual([])
          expect(without(ofRooted(wanted), found), `${text}\nmissed by ${query}`).toEqual([])
          seen.exact += 1
        }
        seen.matching += wanted.length > 0 ? 1 : 0
        if (isWrong(await mixed.ask(text), wanted)) seen.wrongByTempo += 1
        const wide = printPipeline(rewritePipelineWidely(one))
        const missed = async (query: string) => without(traceIds(wanted), traceIds(await mixed.find(query)))
        expect(await missed(wide), `${text}\nmissed by ${wide}`).toEqual([])
        if (other === undefined) return
        const joined = printPipeline(joinPipelines([one, other].map(rewritePipelineWidely)))
        expect(await missed(joined), `${text}\nmissed by ${joined}`).toEqual([])
      }),
      { seed, numRuns: runs },
    )
    console.log(JSON.stringify(seen))
    expect(seen.exact).toBeGreaterThan(runs / 5)
    expect(seen.matching).toBeGreaterThan(runs / 3)
    expect(seen.wrongByTempo).toBeGreaterThan(runs / 10)
  })
})
