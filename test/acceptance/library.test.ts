import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError, startTraceAlerting, type Logger, type TraceAlertingOptions } from '../../src/index.js'
import { createSystemClock } from '../../src/system-clock.js'
import { createTempoStandIn } from '../tempo-stand-in/stand-in.js'
import { startCatcher } from './catcher.js'
import { makeFolder, startFile } from './tracebell-process.js'
import { makeTrace } from './traces.js'

const clock = createSystemClock({ keepAlive: true })

async function startTempo() {
  const tempo = createTempoStandIn({ clock, queryEndCutoffMs: 0, liveStoreDelayMs: 0 })
  const server = await tempo.listen()
  onTestFinished(() => server.close())
  return { tempo, url: server.url }
}

/** Starts alerting with a log of its own; it is stopped when the test ends. */
function start(options: TraceAlertingOptions) {
  const lines: string[] = []
  const note = (message: string, fields = {}): void => void lines.push(`${message} ${JSON.stringify(fields)}`)
  const logger: Logger = { debug: note, info: note, warn: note, error: note }
  const alerting = startTraceAlerting({ env: {}, envFile: 'none', logger, ...options })
  onTestFinished(() => alerting.stop())
  return { alerting, lines }
}

describe('in a host application with OpenTelemetry', () => {
  it('makes no spans of its own requests, opens no listener and lets a finished process end', async () => {
    const { tempo, url } = await startTempo()
    const catcher = await startCatcher()
    tempo.push(makeTrace({ endMs: clock.now(), durationMs: 1500 }))
    // Time-outs are requests too.
    tempo.fail({ kind: 'hang' }, { path: '/api/search', times: 1 })
    const host = startFile(
      'test/acceptance/host-process.ts',
      { HOST_TEMPO_URL: url, HOST_WEBHOOK_URL: catcher.url },
      await makeFolder(),
    )
    expect(await host.ended).toBe(0)
    const report: unknown = JSON.parse(
      host
        .output()
        .split('\n')
        .find((line) => line.startsWith('{')) ?? 'null',
    )
    expect(report).toMatchObject({ before: 0, own: 2 })
    expect(host.output()).not.toContain('TCPServerWrap')
    expect(host.output().startsWith('returned\n')).toBe(true)
  })
})

describe('the handle', () => {
  it('tells of anomalies, and of failures', async () => {
    const { tempo, url } = await startTempo()
    const trace = makeTrace({ endMs: clock.now(), durationMs: 1500 })
    tempo.push(trace)
    tempo.fail({ kind: 'answer', status: 503 }, { path: '/api/search', times: 1 })
    const { alerting } = start({ tempoUrl: url, intervalSecs: 1 })
    const error = await new Promise((resolve) => void alerting.on('error', resolve))
    expect(error).toMatchObject({ name: 'SourceError', message: 'Tempo API error: 503' })
    const anomaly = await new Promise((resolve) => void alerting.on('anomaly', resolve))
    expect(anomaly).toMatchObject({ type: 'high_latency', traceId: trace.traceId, durationMs: 1500 })
    expect(await alerting.metrics()).toContain('trace_anomalies_total{type="high_latency"} 1')
  })

  it('does not mind a listener that throws, nor a logger that does', async () => {
    const { tempo, url } = await startTempo()
    tempo.push(makeTrace({ endMs: clock.now(), durationMs: 1500 }))
    const fails = (): never => {
      throw new Error('a fault of the host')
    }
    const { alerting } = start({
      tempoUrl: url,
      intervalSecs: 1,
      logger: { debug: fails, info: fails, warn: fails, error: fails },
    })
    alerting.on('anomaly', fails)
    await new Promise<void>((resolve) => {
      alerting.on('anomaly', () => resolve())
      alerting.off('anomaly', fails)
      alerting.on('anomaly', fails)
    })
    expect(alerting.health().state).toBe('healthy')
  })

  it.each<[string, TraceAlertingOptions, string[]]>([
    [
      'options',
      { enabled: true, intervalSecs: -1, errorRateThreshold: 2 },
      ['TEMPO_ALERT_INTERVAL_SECS', 'TEMPO_ERROR_RATE_THRESHOLD'],
    ],
    ['variables', { env: { TEMPO_ENABLED: 'maybe' } }, ['TEMPO_ENABLED']],
    ['an address', { tempoUrl: 'localhost' }, ['TEMPO_URL']],
  ])('tells of faulty %s as an error event and throws nothing', async (_, options, names) => {
    const { alerting, lines } = start(options)
    const error = await new Promise((resolve) => void alerting.on('error', resolve))
    expect(error).toBeInstanceOf(ConfigError)
    expect(error).toMatchObject({ faults: names.map((name) => ({ name })) })
    expect(lines.join()).toContain('Trace-based alerting could not start')
    await alerting.stop()
  })

  it('is off unless it is turned on, and says how', async () => {
    const { alerting, lines } = start({})
    await alerting.stop()
    expect(lines.join()).toContain('set TEMPO_ENABLED=true')
    expect(alerting.health().state).toBe('starting')
  })

  it('stops before it has started, twice, and by `await using`', async () => {
    const { url } = await startTempo()
    const { alerting } = start({ tempoUrl: url })
    const stops = [alerting.stop(), alerting.stop(), alerting[Symbol.asyncDispose]()]
    expect(await Promise.all(stops)).toEqual([undefined, undefined, undefined])
  })
})
