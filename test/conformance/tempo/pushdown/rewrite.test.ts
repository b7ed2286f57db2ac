import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import { anyOf } from '../../../../src/detect/pushdown/rewrite/conditions.js'
import { rewriteFilter, rewriteWidely } from '../../../../src/detect/pushdown/rewrite/rewrite-filter.js'
import { spaceQuery } from '../../../../src/source/tempo/space-query.js'
import {
  check,
  parse,
  printFieldExpression,
  TraceqlError,
  type FieldExpression,
} from '../../../../src/traceql/index.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo } from '../../../peers/tempo.js'
import type { SearchAnswer } from '../differential/answer.js'
import { searchHere, tracesOf } from '../differential/search-here.js'
import { searchTempo, sendAll, untilShown } from '../differential/search-tempo.js'
import { mixedRequests } from './mixed-traces.js'
import { randomCondition } from './random-conditions.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const TRACES = 60
const runs = Number(process.env['DIFFERENTIAL_RUNS'] ?? 300)
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? 20_261_124)

interface ForTempo {
  readonly text: string
  /** Whether it holds for no more spans than it should. */
  readonly isExact: boolean
  /** The same for where it stands beside other conditions. */
  readonly beside: FieldExpression
}

/** Undefined for a condition that is wrong. */
function rewrite(condition: string): ForTempo | undefined {
  try {
    const { root } = check(parse(`{ ${condition} }`))
    const [stage] = root.kind === 'Pipeline' ? root.stages : []
    if (stage?.kind !== 'SpansetFilter') return undefined
    const { condition: rewritten, isExact } = rewriteFilter(stage.expression)
    return { text: printFieldExpression(rewritten), isExact, beside: rewriteWidely(stage.expression) }
  } catch (error) {
    if (error instanceof TraceqlError) return undefined
    throw error
  }
}

/** `trace: span` of each span. */
function spansOf(answer: SearchAnswer): readonly string[] {
  if ('refused' in answer) throw new Error(answer.refused)
  return answer.flatMap((line) => {
    const [trace = '', spans = ''] = line.split(': ')
    return spans.split(' ').map((span) => `${trace}: ${span}`)
  })
}

const without = (some: readonly string[], others: readonly string[]): readonly string[] => {
  const known = new Set(others)
  return some.filter((each) => !known.has(each))
}

describe.skipIf(binary === undefined)('a rewritten condition', () => {
  it('finds in a real Tempo just the spans that it should, or more where it says so, alone and joined', async () => {
    console.log(`DIFFERENTIAL_SEED=${seed} DIFFERENTIAL_RUNS=${runs}`)
    const tempo = await startRealTempo(binary ?? '', { quickToShow: true })
    onTestFinished(() => tempo.stop())
    const startMs = Date.now() - 15_000
    const window = { start: Math.floor(startMs / 1000) - 60, end: Math.floor(startMs / 1000) + 600 }
    const requests = mixedRequests(seed, TRACES, startMs)
    const traces = tracesOf(requests)
    await sendAll(tempo, requests)
    await untilShown(tempo, searchHere('{ }', traces), window)
    const seen = { exact: 0, matching: 0, wrongByTempo: 0 }

    const there = async (query: string): Promise<readonly string[]> =>
      spansOf(await searchTempo(tempo, spaceQuery(query), window))

    await fc.assert(
      fc.asyncProperty(randomCondition, randomCondition, async (condition, other) => {
        const [one, two] = [rewrite(condition), rewrite(other)]
        const here = searchHere(`{ ${condition} }`, traces)
        if (one === undefined || 'refused' in here) return
        const wanted = spansOf(here)
        const found = await there(`{ ${one.text} }`)
        const told = `${condition}\nas ${one.text}`
        expect(without(wanted, found), `missed by ${told}`).toEqual([])
        if (one.isExact) expect(without(found, wanted), `too much by ${told}`).toEqual([])
        seen.exact += one.isExact ? 1 : 0
        seen.matching += wanted.length > 0 ? 1 : 0
        const plain = await searchTempo(tempo, `{ ${condition} }`, window)
        if ('refused' in plain || spansOf(plain).join() !== wanted.join()) seen.wrongByTempo += 1
        if (two === undefined) return
        const either = printFieldExpression(anyOf(one.beside, two.beside))
        const joined = await there(`{ ${either} }`)
        expect(without(wanted, joined), `missed by ${either}`).toEqual([])
      }),
      { seed, numRuns: runs },
    )
    console.log(JSON.stringify(seen))
    // Otherwise nothing of interest was asked.
    expect(seen.exact).toBeGreaterThan(runs / 2)
    expect(seen.matching).toBeGreaterThan(runs / 3)
    expect(seen.wrongByTempo).toBeGreaterThan(runs / 10)
  })
})
