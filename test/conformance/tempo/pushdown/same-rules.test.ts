import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMeasureAtSource } from '../../../../src/detect/pushdown/measure-at-source.js'
import { createMeasureHere } from '../../../../src/detect/measure-here.js'
import type { MeasureRules } from '../../../../src/model/rule-sample.js'
import { SourceError } from '../../../../src/model/source-error.js'
import { SECOND_MS, type Timestamp } from '../../../../src/model/time.js'
import type { Trace } from '../../../../src/model/trace.js'
import { holdTraces } from '../../../local-traces.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo, type RealTempo } from '../../../peers/tempo.js'
import { searchHere, tracesOf } from '../differential/search-here.js'
import { sendAll, untilShown } from '../differential/search-tempo.js'
import { untilCompleted, type Storage } from './mixed-tempo.js'
import { openTempo } from '../../../open-tempo.js'
import { untilCounted } from './until-counted.js'
import { shopRequests, type ShopKind } from '../../../same-rules/shop-requests.js'
import { buildSameRules } from '../../../same-rules/same-rules.js'
import { findDiffering } from '../../../same-rules/find-differing.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const { signal } = new AbortController()

interface Shop {
  readonly shop: ShopKind
  readonly storage: Storage
}

const SHOPS: readonly Shop[] = [
  { shop: 'rooted', storage: 'write-ahead log' },
  { shop: 'rooted', storage: 'complete blocks' },
  { shop: 'rootless', storage: 'complete blocks' },
]

describe.skipIf(binary === undefined).each(SHOPS)(
  'the same rules over $shop traces in $storage',
  ({ shop, storage }) => {
    let tempo: RealTempo | undefined
    let traces: readonly Trace[]
    let at: Timestamp
    let there: MeasureRules
    let here: MeasureRules
    let close = async (): Promise<void> => undefined

    beforeAll(async () => {
      const isComplete = storage === 'complete blocks'
      tempo = await startRealTempo(binary ?? '', { quickToShow: true, quickToComplete: isComplete })
      // A whole step before now, so that both look at the same window.
      at = Math.floor(Date.now() / (15 * SECOND_MS)) * 15 * SECOND_MS
      const { whole, late } = shopRequests(at, { shop })
      traces = tracesOf([...whole, ...late])
      await sendAll(tempo, whole)
      // Once it is shown, what comes now lies in another part.
      const window = { start: at / SECOND_MS - 600, end: at / SECOND_MS + 60 }
      await untilShown(tempo, searchHere('{ }', tracesOf(whole)), window)
      await sendAll(tempo, late)
      await untilCounted(tempo, at, traces)
      if (isComplete) await untilCompleted(tempo)
      const source = openTempo(new URL(tempo.url))
      close = () => source.close()
      there = createMeasureAtSource({ source })
      here = createMeasureHere({
        traces: holdTraces(traces),
        freshness: () => ({ lagMs: 0, known: true }),
        latenessMs: 0,
      })
    })

    afterAll(async () => {
      await close()
      await tempo?.stop()
    })

    const rules = buildSameRules()

    it('give the same samples on a Tempo and here, measured together', async () => {
      const [ofTempo, ofHere] = await Promise.all([there(rules, at, signal), here(rules, at, signal)])
      expect(findDiffering(rules, ofTempo, ofHere)).toEqual([])
      // Otherwise nothing was compared.
      const counts = ofHere.map((each) => (each instanceof SourceError ? 0 : each.samples.length))
      expect(counts.filter((count) => count > 0).length).toBeGreaterThan(rules.length / 2)
    })
  },
)
