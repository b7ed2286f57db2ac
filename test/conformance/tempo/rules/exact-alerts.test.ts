import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { SECOND_MS, type Timestamp } from '../../../../src/model/time.js'
import { createSystemClock } from '../../../../src/system-clock.js'
import { startCatcher, type Catcher } from '../../../acceptance/catcher.js'
import { startRulesApp } from '../../../acceptance/rules-app.js'
import { findPeer } from '../../../peers/find-peer.js'
import { startRealTempo } from '../../../peers/tempo.js'
import { firingsOf } from './firings.js'
import { buildPacedTraces, sendPaced, type PacedTrace } from './paced-traces.js'
import { watchEvaluations } from './watch-evaluations.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const TRACES = 5000
const SLOW = 173
const FAILED = 91
const LATE = 250
const WINDOW_MS = 10 * SECOND_MS
const SPREAD_MS = 60 * SECOND_MS
const LATE_MS = 40 * SECOND_MS
/** What Tempo lags behind as it is started here. */
const LAG_MS = 10 * SECOND_MS
/** So far back a metric counts what comes late too. */
const OFFSET_MS = 60 * SECOND_MS

const RULES = `
groups:
  - name: exact
    interval: 10s
    rules:
      - {alert: Slow, expr: '{ duration > 1s }', window: 10s, group_by: []}
      - {alert: Failed, expr: '{ status = error }', window: 10s, group_by: []}
      - {alert: EachSlow, expr: '{ duration > 1s }', window: 10s, group_by: ['trace:id']}
      - {alert: EachFailed, expr: '{ status = error }', window: 10s, group_by: ['trace:id']}
      - {alert: EachSlowTrace, expr: '{ 1s < traceDuration } | count() > 0', window: 10s, group_by: ['trace:id']}
      - {alert: FailedInAll, expr: '{ status = error } | count_over_time() > 0', window: 10s, query_offset: 60s}
      - {alert: All, expr: '{ } | count_over_time() > 0', window: 10s, query_offset: 60s}
`
const NAMES = ['Slow', 'Failed', 'EachSlow', 'EachFailed', 'EachSlowTrace', 'FailedInAll', 'All']

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0)

/** The ids of the traces that were told of as such, in order; one that was told twice is there twice. */
function toldAs(type: string, { bodies }: Catcher): readonly string[] {
  return bodies
    .flatMap((body) =>
      typeof body === 'object' && body !== null && 'anomaly_type' in body && 'trace_id' in body ? [body] : [],
    )
    .filter((body) => body.anomaly_type === type)
    .map(({ trace_id: id }) => String(id))
    .toSorted()
}

const idsOf = (traces: readonly PacedTrace[]): readonly string[] =>
  traces.map(({ traceId }) => traceId).toSorted()

/** What had come when the window that it belongs to was looked at, at the earliest moment that this may have been. */
function countInTime(traces: readonly PacedTrace[]): number {
  const windowEnd = ({ startMs }: PacedTrace): Timestamp => Math.ceil(startMs / WINDOW_MS) * WINDOW_MS
  return traces.filter((trace) => trace.arrivesMs <= windowEnd(trace) + LAG_MS).length
}

describe.skipIf(binary === undefined)('rules in the daemon beside a real Tempo', () => {
  it('count 173 slow and 91 failed of 5,000 traces in a minute exactly, each once, those of 40 s late too', async () => {
    const tempo = await startRealTempo(binary ?? '', {
      quickToShow: true,
      quickToComplete: true,
      withoutLimits: true,
    })
    onTestFinished(() => tempo.stop())
    const catcher = await startCatcher()
    const app = await startRulesApp(
      {
        TEMPO_URL: tempo.url,
        TEMPO_QUERY_TIMEOUT_MS: '5000',
        TEMPO_ALERT_INTERVAL_SECS: '10',
        TEMPO_ERROR_RATE_THRESHOLD: '1',
        TEMPO_ALERT_WEBHOOK_URL: catcher.url,
      },
      RULES,
      createSystemClock({ keepAlive: true }),
    )
    const seen = watchEvaluations(app, NAMES)
    await seen.until(() => seen.of('Slow').length > 0, 30_000)

    const start = Math.ceil(Date.now() / WINDOW_MS) * WINDOW_MS
    const traces = buildPacedTraces({
      start,
      spreadMs: SPREAD_MS,
      traces: TRACES,
      slow: SLOW,
      failed: FAILED,
      late: LATE,
      lateMs: LATE_MS,
      stretchMs: WINDOW_MS,
    })
    const [slow, failed] = [traces.filter(({ isSlow }) => isSlow), traces.filter(({ isFailed }) => isFailed)]
    expect([traces.length, slow.length, failed.length]).toEqual([TRACES, SLOW, FAILED])
    expect(countInTime(slow)).toBeLessThan(SLOW - 10)
    expect(countInTime(failed)).toBeLessThan(FAILED - 5)
    await sleep(Math.max(0, start - Date.now()))
    const sending = sendPaced(tempo, traces)
    const end = start + SPREAD_MS + OFFSET_MS + 2 * WINDOW_MS
    const isOver = (name: string): boolean =>
      seen.of(name).some(({ lastEvaluation }) => Date.parse(lastEvaluation) > end)
    await seen.until(() => isOver('All'), end + 30_000 - Date.now())
    await sending
    // Each by the built-in rules, and by five of these: two of the failed, three of the slow.
    await catcher.caught(4 * SLOW + 3 * FAILED)

    for (const name of NAMES) {
      expect(seen.of(name).filter(({ verdict }) => verdict === 'partial' || verdict === 'error')).toEqual([])
    }
    for (const [name, found] of [
      ['EachSlow', slow],
      ['EachFailed', failed],
      ['EachSlowTrace', slow],
    ] as const) {
      expect(firingsOf(seen.of(name))).toEqual(idsOf(found))
    }
    // A count is the number of traces that make alerts of their own at that moment.
    expect(seen.values('Slow')).toEqual(seen.of('EachSlow').map(({ alerts }) => alerts.length))
    expect(seen.values('Failed')).toEqual(seen.of('EachFailed').map(({ alerts }) => alerts.length))
    expect([sumOf(seen.values('FailedInAll')), sumOf(seen.values('All'))]).toEqual([FAILED, TRACES])
    for (const name of NAMES) expect(seen.values(name).filter((value) => value > 0).length).toBeGreaterThan(5)
    expect(toldAs('high_latency', catcher)).toEqual(idsOf(slow))
    expect(toldAs('error_status', catcher)).toEqual(idsOf(failed))
    for (const name of ['Slow', 'EachSlow', 'EachSlowTrace'])
      expect(toldAs(name, catcher)).toEqual(idsOf(slow))
    for (const name of ['Failed', 'EachFailed']) expect(toldAs(name, catcher)).toEqual(idsOf(failed))
    const requests = await app.metric('trace_alert_query_duration_ms_count')
    const times = seen.of('Slow').map(({ evaluationTime }) => evaluationTime)
    console.log(
      `${times.length} evaluations, ${requests} requests, the longest evaluation ${Math.max(...times)} s`,
    )
  })
})
