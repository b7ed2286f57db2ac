import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createMeasureAtSource } from '../../../../src/detect/pushdown/measure-at-source.js'
import { SECOND_MS, type Timestamp } from '../../../../src/model/time.js'
import { makeFolder, startTracebell } from '../../../acceptance/tracebell-process.js'
import { matchRule } from '../../../build-rule.js'
import { openTempo } from '../../../open-tempo.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo, type RealTempo } from '../../../peers/tempo.js'
import { tracesOf } from '../differential/search-here.js'
import { sendAll } from '../differential/search-tempo.js'
import { untilCounted } from '../pushdown/until-counted.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const STEP_MS = 15 * SECOND_MS
const WINDOWS = 6
const TRACES_A_WINDOW = 200
const DURATION_MS = 30

const RULES = `groups:
  - name: shop
    interval: 15s
    rules:
      - alert: Failing
        expr: '{ status = error }'
        window: 15s
        group_by: [resource.service.name]
`

/** How many of the traces of a window have failed: each window another number. */
const failedIn = (window: number): number => 11 + 7 * window

const idOf = (words: string, digits: number): string =>
  createHash('sha256').update(words).digest('hex').slice(0, digits)

/** The traces of a window, none of which reaches into another. */
function requestOf(window: number, start: Timestamp): object {
  const roomMs = STEP_MS - DURATION_MS - 2
  const spans = Array.from({ length: TRACES_A_WINDOW }, (_, number) => {
    const startMs = start + window * STEP_MS + 1 + Math.floor((number * roomMs) / TRACES_A_WINDOW)
    return {
      traceId: idOf(`backtest ${window} ${number}`, 32),
      spanId: idOf(`backtest ${window} ${number}`, 16),
      name: 'GET /cart',
      kind: 2,
      startTimeUnixNano: `${startMs}000000`,
      endTimeUnixNano: `${startMs + DURATION_MS}000000`,
      status: number < failedIn(window) ? { code: 2 } : {},
    }
  })
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  return { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }
}

interface Anomaly {
  readonly timestamp: number
  readonly affected_traces: number
}

function readAnomalies(lines: string): readonly Anomaly[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line): Anomaly => JSON.parse(line))
}

describe.skipIf(binary === undefined)('tracebell backtest beside a real Tempo', () => {
  let tempo: RealTempo | undefined
  beforeAll(async () => {
    tempo = await startRealTempo(binary ?? '', { quickToShow: true, quickToComplete: true })
  })
  afterAll(() => tempo?.stop())

  it('comes to the counts that the daemon comes to, which are exact, and prints the same twice', async () => {
    if (tempo === undefined) throw new Error('there is no Tempo')
    // A Tempo finds what has started less than two minutes before it came.
    const now = Math.floor(Date.now() / STEP_MS) * STEP_MS
    const start = now - (WINDOWS + 1) * STEP_MS
    const requests = Array.from({ length: WINDOWS }, (_, window) => requestOf(window, start))
    await sendAll(tempo, requests)
    await untilCounted(tempo, now, tracesOf(requests))
    const expected = Array.from({ length: WINDOWS }, (_, window) => failedIn(window))

    const source = openTempo(new URL(tempo.url))
    const measure = createMeasureAtSource({ source })
    const rule = matchRule('{ status = error }', { windowMs: STEP_MS, groupBy: ['resource.service.name'] })
    const counted: number[] = []
    for (let window = 1; window <= WINDOWS; window += 1) {
      const at = start + window * STEP_MS
      const [measured] = await measure([rule], at, new AbortController().signal)
      if (measured === undefined || !('samples' in measured))
        throw measured ?? new Error('nothing was measured')
      counted.push(measured.samples.reduce((sum, { value }) => sum + value, 0))
    }
    await source.close()
    expect(counted).toEqual(expected)

    // The Tempo lags 10 s behind: the first window is looked at a step after its end.
    const period = ['--from', iso(start + 2 * STEP_MS), '--to', iso(now)]
    const first = await backtest(tempo.url, ...period)
    const byTime = new Map(first.anomalies.map((each) => [each.timestamp, each.affected_traces]))
    expect([...byTime.values()]).toEqual(expected)
    expect(JSON.parse(first.output)).toMatchObject({
      lagSeconds: 10,
      rules: [{ evaluations: WINDOWS, failed: 0, partial: 0, noData: 0, fired: 1 }],
    })
    expect(first.code).toBe(0)
    const second = await backtest(tempo.url, ...period)
    expect(second).toEqual(first)
  })
})

const iso = (at: Timestamp): string => new Date(at).toISOString()

async function backtest(url: string, ...args: readonly string[]) {
  const folder = await makeFolder()
  await writeFile(join(folder, 'rules.yaml'), RULES)
  const options = ['--rules', 'rules.yaml', '--source', url, '--json', '--alerts-out', 'out', ...args]
  const command = startTracebell({}, folder, 'backtest', ...options)
  const code = await command.ended
  const anomalies = readAnomalies(await readFile(join(folder, 'out'), 'utf8'))
  return { code, output: command.output(), anomalies }
}
