import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECOND_MS } from '../../../../src/model/time.js'
import { makeFolder, startTracebell } from '../../../acceptance/tracebell-process.js'
import { listenOnLoopback } from '../../../loopback.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo } from '../../../peers/tempo.js'
import { buildPacedTraces, sendPaced, type PacedTrace } from './paced-traces.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const WINDOW_MS = 10 * SECOND_MS
const SPREAD_MS = 60 * SECOND_MS
const LATE_MS = 40 * SECOND_MS
const SLOW = 173
const FAILED = 91
/** After the first trace; the first is a kill, the second is orderly. */
const RESTARTS = [
  { atMs: 20 * SECOND_MS, signal: 'SIGKILL' },
  { atMs: 50 * SECOND_MS, signal: 'SIGTERM' },
] as const

const RULES = `
groups:
  - name: exact
    interval: 5s
    rules:
      - {alert: Slow, expr: '{ duration > 1s }', window: 10s, group_by: []}
      - {alert: Failed, expr: '{ status = error }', window: 10s}
      - {alert: SlowTrace, expr: '{ 1s < traceDuration } | count() > 0', window: 20s, group_by: ['trace:id']}
`

interface Told {
  readonly key: string
  readonly type: string
  readonly traceId: string
}

/** A webhook that remembers what it was told, under which key. */
async function startWebhook() {
  const told: Told[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const read = (field: string): string => new RegExp(`"${field}":"([^"]*)"`).exec(body)?.[1] ?? ''
      const key = String(request.headers['idempotency-key'])
      told.push({ key, type: read('anomaly_type'), traceId: read('trace_id') })
      return response.end()
    })
  })
  return { url: await listenOnLoopback(server), told }
}

const idsOf = (traces: readonly PacedTrace[]): readonly string[] =>
  traces.map(({ traceId }) => traceId).toSorted()

const toldAs = (type: string, told: readonly Told[]): readonly string[] =>
  [...new Set(told.filter((each) => each.type === type).map(({ traceId }) => traceId))].toSorted()

describe.skipIf(binary === undefined)('a daemon that is killed and restarted beside a real Tempo', () => {
  it('tells of 173 slow and 91 failed of 5,000 traces all the same, and of none again but under its key', async () => {
    const tempo = await startRealTempo(binary ?? '', {
      quickToShow: true,
      quickToComplete: true,
      withoutLimits: true,
    })
    onTestFinished(() => tempo.stop())
    const { url, told } = await startWebhook()
    const folder = await makeFolder()
    await writeFile(join(folder, 'rules.yaml'), RULES)
    const variables = {
      TEMPO_ENABLED: 'true',
      TEMPO_URL: tempo.url,
      TEMPO_QUERY_TIMEOUT_MS: '5000',
      TEMPO_ALERT_INTERVAL_SECS: '5',
      TEMPO_ERROR_RATE_THRESHOLD: '1',
      TEMPO_ALERT_WEBHOOK_URL: url,
      TRACEBELL_API_LISTEN: 'off',
    }
    const start = () => startTracebell(variables, folder, '--rules', 'rules.yaml')
    let daemon = start()
    await daemon.said('🔔 Trace-based alerting started')
    await sleep(2 * WINDOW_MS)

    const first = Math.ceil(Date.now() / WINDOW_MS) * WINDOW_MS
    const traces = buildPacedTraces({
      start: first,
      spreadMs: SPREAD_MS,
      traces: 5000,
      slow: SLOW,
      failed: FAILED,
      late: 250,
      lateMs: LATE_MS,
      stretchMs: WINDOW_MS,
    })
    await sleep(Math.max(0, first - Date.now()))
    const sending = sendPaced(tempo, traces)
    for (const { atMs, signal } of RESTARTS) {
      await sleep(Math.max(0, first + atMs - Date.now()))
      await daemon.stop(signal)
      daemon = start()
      await daemon.said('🔔 Trace-based alerting started')
    }
    await sending

    const slow = idsOf(traces.filter(({ isSlow }) => isSlow))
    const failed = idsOf(traces.filter(({ isFailed }) => isFailed))
    const wanted = [
      ['high_latency', slow],
      ['error_status', failed],
      ['Slow', slow],
      ['Failed', failed],
      ['SlowTrace', slow],
    ] as const
    const isAllTold = (): boolean => wanted.every(([type, ids]) => toldAs(type, told).length >= ids.length)
    const deadline = Date.now() + 120_000
    while (!isAllTold() && Date.now() < deadline) await sleep(500)
    await daemon.stop()
    for (const [type, ids] of wanted) expect([type, toldAs(type, told)]).toEqual([type, ids])
    const keys = new Set(told.map(({ key }) => key))
    expect(keys.size).toBe(new Set(told.map(({ type, traceId }) => `${type} ${traceId}`)).size)
    console.log(`${told.length - keys.size} told again under their keys`)
  })
})
