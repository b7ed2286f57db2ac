import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECOND_MS } from '../../../../src/model/time.js'
import { createSystemClock } from '../../../../src/system-clock.js'
import { startRulesApp } from '../../../acceptance/rules-app.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo } from '../../../peers/tempo.js'
import { startFaultyProxy, type ProxyMood } from './faulty-proxy.js'
import { firingsOf } from './firings.js'
import { buildPacedTraces, sendPaced } from './paced-traces.js'
import { watchEvaluations } from './watch-evaluations.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const RULES = `
groups:
  - name: faults
    interval: 5s
    rules:
      - {alert: Each, expr: '{ status = error }', window: 5s, group_by: ['trace:id']}
      - {alert: EachTrace, expr: '{ } | count() > 0 | { status = error }', window: 5s, group_by: ['trace:id']}
`
const SPREAD_MS = 60 * SECOND_MS
const FAILED = 120

describe.skipIf(binary === undefined)('rules in the daemon beside a real Tempo that misbehaves', () => {
  it('tell each of 120 failed traces once, whatever the answers were while they came', async () => {
    const tempo = await startRealTempo(binary ?? '', { quickToShow: true, quickToComplete: true })
    onTestFinished(() => tempo.stop())
    const proxy = await startFaultyProxy(tempo.url)
    const variables = {
      TEMPO_URL: proxy.url,
      TEMPO_QUERY_TIMEOUT_MS: '2000',
      TEMPO_ERROR_RATE_THRESHOLD: '1',
    }
    const app = await startRulesApp(variables, RULES, createSystemClock({ keepAlive: true }))
    const seen = watchEvaluations(app, ['Each', 'EachTrace'])
    await seen.until(() => seen.of('Each').length > 0, 30_000)

    const start = Math.ceil(Date.now() / 5000) * 5000
    const traces = buildPacedTraces({
      start,
      spreadMs: SPREAD_MS,
      traces: 600,
      slow: 0,
      failed: FAILED,
      late: 0,
      lateMs: 0,
      stretchMs: 5 * SECOND_MS,
    })
    const sending = sendPaced(tempo, traces)
    const moods: readonly (readonly [ProxyMood, number])[] = [
      ['well', 15],
      ['failing', 8],
      ['well', 7],
      ['cutting', 8],
      ['well', 7],
      ['hanging', 8],
      ['well', 7],
    ]
    const behaving = behave(moods, (mood) => (proxy.mood = mood))
    const end = start + SPREAD_MS + 15 * SECOND_MS
    await seen.until(() => Date.now() > end, 120_000)
    // The Tempo itself stands still, while a rule is evaluated.
    tempo.freeze()
    await seen.until(() => Date.now() > end + 8 * SECOND_MS, 30_000)
    tempo.thaw()
    await Promise.all([sending, behaving])
    // What fails may be left alone for up to a minute.
    await seen.until(() => seen.of('Each').at(-1)?.health === 'ok' && Date.now() > end + 20_000, 90_000)

    const failed = traces.filter(({ isFailed }) => isFailed).map(({ traceId }) => traceId)
    expect(failed).toHaveLength(FAILED)
    for (const name of ['Each', 'EachTrace']) {
      expect(firingsOf(seen.of(name))).toEqual(failed.toSorted())
      expect(seen.of(name).filter(({ health }) => health === 'err').length).toBeGreaterThan(3)
      expect(seen.of(name).at(-1)).toMatchObject({ health: 'ok', alerts: [] })
    }
  })
})

async function behave(
  moods: readonly (readonly [ProxyMood, number])[],
  set: (mood: ProxyMood) => void,
): Promise<void> {
  for (const [mood, seconds] of moods) {
    set(mood)
    await sleep(seconds * SECOND_MS)
  }
}
