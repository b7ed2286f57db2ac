import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMeasureAtSource } from '../../src/detect/pushdown/measure-at-source.js'
import { createMeasureHere } from '../../src/detect/measure-here.js'
import { tracesOf } from '../conformance/tempo/differential/search-here.js'
import { holdTraces } from '../local-traces.js'
import { openTempo } from '../open-tempo.js'
import { createTestClock } from '../test-clock.js'
import { replay, type RecordedExchanges, type Replay } from './exchanges.js'
import { findDiffering } from './find-differing.js'
import { buildRecordedRules } from './recorded-rules.js'

const FILE = join(import.meta.dirname, '../fixtures/tempo-rules/exchanges.json')
const { signal } = new AbortController()

function isRecorded(value: unknown): value is RecordedExchanges {
  return (
    typeof value === 'object' && value !== null && 'exchanges' in value && 'sent' in value && 'at' in value
  )
}

describe("rules over a real Tempo's recorded answers", () => {
  let recorded: RecordedExchanges
  let server: Replay

  beforeAll(async () => {
    const file: unknown = JSON.parse(await readFile(FILE, 'utf8'))
    if (!isRecorded(file)) throw new Error(`${FILE} holds no recorded exchanges`)
    recorded = file
    server = await replay(recorded)
  })
  afterAll(() => server.close())

  it('give the samples that they give here, and ask for nothing that was not recorded', async () => {
    const rules = buildRecordedRules()
    const source = openTempo(server.url, createTestClock(recorded.at))
    const measures = await createMeasureAtSource({ source })(rules, recorded.at, signal)
    await source.close()
    expect(server.unknown).toEqual([])
    const here = createMeasureHere({
      traces: holdTraces(tracesOf(recorded.sent)),
      freshness: () => ({ lagMs: 0, known: true }),
      latenessMs: 0,
    })
    const wanted = await here(rules, recorded.at, signal)
    expect(findDiffering(rules, measures, wanted)).toEqual([])
    const found = wanted.filter((each) => 'samples' in each && each.samples.length > 0)
    expect(found.length).toBeGreaterThan(rules.length / 2)
  })
})
