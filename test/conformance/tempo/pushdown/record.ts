/**
 * `node --import tsx test/conformance/tempo/pushdown/record.ts`: records what a real Tempo answers to the recorded rules,
 * into `test/fixtures/tempo-rules/exchanges.json`, for the tests that run without one.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createMeasureAtSource } from '../../../../src/detect/pushdown/measure-at-source.js'
import { SourceError } from '../../../../src/model/source-error.js'
import { SECOND_MS } from '../../../../src/model/time.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo } from '../../../peers/tempo.js'
import { record, type RecordedExchanges } from '../../../same-rules/exchanges.js'
import { buildRecordedRules } from '../../../same-rules/recorded-rules.js'
import { shopRequests } from '../../../same-rules/shop-requests.js'
import { searchHere, tracesOf } from '../differential/search-here.js'
import { sendAll, untilShown } from '../differential/search-tempo.js'
import { openTempo } from '../../../open-tempo.js'
import { untilCounted } from './until-counted.js'

const TRACES = 40
const FOLDER = join(import.meta.dirname, '../../../fixtures/tempo-rules')

const binary = findPeer('tempo')
if (binary === undefined) throw new Error('there is no Tempo binary (set TEMPO_BIN)')
const tempo = await startRealTempo(binary, { quickToShow: true })
const at = Math.floor(Date.now() / (15 * SECOND_MS)) * 15 * SECOND_MS
const { whole, late } = shopRequests(at, { shop: 'rooted', traces: TRACES })
await sendAll(tempo, whole)
await untilShown(tempo, searchHere('{ }', tracesOf(whole)), {
  start: at / SECOND_MS - 600,
  end: at / SECOND_MS + 60,
})
await sendAll(tempo, late)
await untilCounted(tempo, at, tracesOf([...whole, ...late]))
const recorder = await record(tempo.url)
const source = openTempo(recorder.url)
const measures = await createMeasureAtSource({ source })(
  buildRecordedRules(),
  at,
  new AbortController().signal,
)
const recorded: RecordedExchanges = { at, sent: [...whole, ...late], exchanges: recorder.exchanges }
await mkdir(FOLDER, { recursive: true })
await writeFile(join(FOLDER, 'exchanges.json'), `${JSON.stringify(recorded)}\n`)
console.log(
  `${recorder.exchanges.length} exchanges, ${measures.filter((each) => each instanceof SourceError).length} failed`,
)
recorder.close()
await source.close()
await tempo.stop()
