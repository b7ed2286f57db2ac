import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { countWindow } from '../../../src/detect/count-window.js'
import { startCatcher, type Catcher } from '../../acceptance/catcher.js'
import { pushTrace, type PushOptions, type SentTrace } from './push.js'
import { startRealTempo } from '../../peers/tempo.js'
import { findPeer } from '../../peers/find-peer.js'
import { makeFolder, startTracebell } from '../../acceptance/tracebell-process.js'

const binary = findPeer('tempo')
if (binary === undefined) console.log('skipped: no Tempo binary (set TEMPO_BIN)')

const LOOKBACK_MS = 60_000
/**
 * What Tempo's default settings come to, a cut-off of 30 s and 10 s until a trace is cut to a block; and the lags that may
 * be measured once enough of the traces that come late have been seen.
 */
const LAGS_MS = [40_000, 45_000, 60_000, 90_000, 120_000]

interface Told {
  readonly anomaly_type: string
  readonly trace_id?: string
  readonly affected_traces: number
  readonly total_traces: number
  readonly timestamp: number
  readonly sampled?: boolean
}

const toldOf = ({ bodies }: Catcher): readonly Told[] => bodies.filter(isTold)

function isTold(body: unknown): body is Told {
  return typeof body === 'object' && body !== null && 'anomaly_type' in body && 'timestamp' in body
}

/** `type trace-id` of what must be told of these traces, and of what was. */
function due(sent: readonly SentTrace[]): string[] {
  return sent
    .flatMap(({ traceId, durationMs, error }) => [
      ...(durationMs > 1000 ? [`high_latency ${traceId}`] : []),
      ...(error ? [`error_status ${traceId}`] : []),
    ])
    .sort()
}

function toldTraces(catcher: Catcher): string[] {
  return toldOf(catcher)
    .flatMap(({ anomaly_type, trace_id }) => (trace_id === undefined ? [] : [`${anomaly_type} ${trace_id}`]))
    .sort()
}

async function eventually(holds: () => boolean, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!holds() && Date.now() < deadline) await sleep(250)
}

/** A trace is cut to a block, and counted, at the latest so long after it was sent. */
const COUNTED_WITHIN_MS = 11_000

/** What a check at this moment, with this lag, may count: a trace that was sent just before it may be in or not. */
function countable(sent: readonly SentTrace[], at: number, lagMs: number) {
  const { start, end } = countWindow(at, LOOKBACK_MS, lagMs)
  const inside = sent.filter(({ startMs, sentMs }) => startMs > start && startMs <= end && sentMs <= at)
  const surely = inside.filter(({ sentMs }) => sentMs <= at - COUNTED_WITHIN_MS)
  const errorsOf = (traces: readonly SentTrace[]): number => traces.filter(({ error }) => error).length
  return {
    total: [surely.length, inside.length] as const,
    affected: [errorsOf(surely), errorsOf(inside)] as const,
  }
}

const isWithin = (value: number, [least, most]: readonly [number, number]): boolean =>
  value >= least && value <= most

describe.skipIf(binary === undefined)('tracebell beside a real Tempo with default settings', () => {
  it('tells of every slow and every failed trace once, however late it is, and of the exact error rate', async () => {
    const tempo = await startRealTempo(binary ?? '')
    onTestFinished(() => tempo.stop())
    const catcher = await startCatcher()
    const folder = await makeFolder()
    const tracebell = startTracebell(
      {
        TEMPO_ENABLED: 'true',
        TEMPO_URL: tempo.url,
        TEMPO_ALERT_INTERVAL_SECS: '5',
        TEMPO_QUERY_TIMEOUT_MS: '3000',
        TEMPO_ALERT_REPEAT_SECS: '5',
        TEMPO_ALERT_WEBHOOK_URL: catcher.url,
        TRACEBELL_API_LISTEN: '127.0.0.1:0',
        LOG_LEVEL: 'debug',
      },
      folder,
    )
    await tracebell.said('🔔 Trace-based alerting started')

    const sent: SentTrace[] = []
    const push = async (options?: PushOptions): Promise<void> =>
      void sent.push(await pushTrace(tempo.otlpUrl, options))

    // A minute of traffic: traces that come at once, and traces that come up to 75 s after their end. Tempo then needs
    // up to 40 s more to show them, which is just within the two minutes that are promised.
    const lateness = [0, 5000, 20_000, 45_000, 75_000]
    for (let round = 0; round < 30; round += 1) {
      await push()
      await push({ durationMs: 0 })
      await push({ error: true, endedMsAgo: lateness[round % lateness.length] ?? 0, leadingZeros: round % 4 })
      await push({ durationMs: 1500, endedMsAgo: lateness[(round + 2) % lateness.length] ?? 0 })
      if (round % 10 === 0) await push({ error: true, rooted: false })
      if (round % 10 === 5) await push({ error: true, durationMs: 20_000 })
      if (round === 15) tempo.freeze()
      await sleep(2000)
      if (round === 15) tempo.thaw()
    }
    await eventually(() => toldTraces(catcher).length >= due(sent).length, 150_000)
    // Long enough for a second telling, if there were one.
    await sleep(12_000)

    expect(toldTraces(catcher)).toEqual(due(sent))
    expect(toldOf(catcher).filter(({ sampled }) => sampled === true)).toEqual([])

    const rates = toldOf(catcher).filter(({ anomaly_type }) => anomaly_type === 'high_error_rate')
    expect(rates.length).toBeGreaterThan(0)
    let exact = 0
    let lagged = 0
    for (const { timestamp, total_traces: total, affected_traces: affected } of rates) {
      // The payload has whole seconds; the check was made at some moment of that second.
      const possible = LAGS_MS.slice(lagged).map((lagMs) =>
        [timestamp * 1000, timestamp * 1000 + 999].map((at) => countable(sent, at, lagMs)),
      )
      const fit = possible.findIndex((atLag) =>
        atLag.some((each) => isWithin(total, each.total) && isWithin(affected, each.affected)),
      )
      expect({ fits: fit >= 0, total, affected, lagged, possible }).toEqual(
        expect.objectContaining({ fits: true }),
      )
      if (possible[fit]?.every((each) => each.total[0] === each.total[1])) exact += 1
      // What is late stays in what is measured for a quarter of an hour.
      lagged += fit
    }
    // Where nothing was just being sent there is one right answer, and it was given.
    expect(exact).toBeGreaterThan(3)

    expect(await tracebell.stop()).toBe(0)
    const log = await readFile(join(folder, 'logs/app.log'), 'utf8')
    for (const line of [
      / INFO 🔔 Trace-based alerting started/,
      / DEBUG Running trace anomaly check\.\.\.\n/,
      / DEBUG Querying Tempo for traces url="http:\/\/127\.0\.0\.1:\d+\/api\/search"/,
      / DEBUG Retrieved traces from Tempo total_traces=\d+\n/,
      / DEBUG No anomalies detected\n/,
      / INFO Detected trace anomalies count=\d+\n/,
      / INFO Trace anomaly alert sent successfully anomaly_type="high_latency"/,
      / INFO Trace anomaly alert sent successfully anomaly_type="error_status"/,
      / INFO Trace anomaly alert sent successfully anomaly_type="high_error_rate"/,
    ]) {
      expect(log).toMatch(line)
    }
    expect(tracebell.output()).toContain('Stopping signal="SIGTERM"')
  })
})
