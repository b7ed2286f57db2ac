import { describe, expect, it, onTestFinished, vi } from 'vitest'
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

describe('in a host application that is finished', () => {
  it('does not hold the process while a Tempo does not answer', async () => {
    const { tempo, url } = await startTempo()
    tempo.fail({ kind: 'hang' })
    const host = startFile('test/acceptance/hanging-host.ts', { HOST_TEMPO_URL: url }, await makeFolder())
    expect(await host.ended).toBe(0)
    expect(host.output()).toContain('finished')
    expect(tempo.requests.length).toBeGreaterThan(0)
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
    expect(alerting.health().state).toBe('starting')
    await expect.poll(() => alerting.health().state).toBe('off')
    expect(alerting.health().lastError).toBeUndefined()
    expect(lines.join()).toContain('set TEMPO_ENABLED=true')
  })

  it('is off where it could not start, and says why', async () => {
    const { alerting } = start({ tempoUrl: 'localhost' })
    await expect.poll(() => alerting.health().state).toBe('off')
    expect(alerting.health().lastError).toContain('TEMPO_URL')
  })

  it('is off once it was stopped', async () => {
    const { url } = await startTempo()
    const { alerting } = start({ tempoUrl: url })
    await expect.poll(() => alerting.health().state).toBe('healthy')
    await alerting.stop()
    expect(alerting.health().state).toBe('off')
  })

  it('tells everybody although one listener throws and one rejects, and logs it once', async () => {
    const { tempo, url } = await startTempo()
    for (let count = 0; count < 20; count += 1) {
      tempo.push(makeTrace({ endMs: clock.now(), durationMs: 1500 }))
    }
    const rejections: unknown[] = []
    const note = (reason: unknown): void => void rejections.push(reason)
    process.on('unhandledRejection', note)
    onTestFinished(() => void process.off('unhandledRejection', note))
    const { alerting, lines } = start({ tempoUrl: url })
    let told = 0
    alerting.on('anomaly', () => {
      throw Object.create(null)
    })
    alerting.on('anomaly', async () => Promise.reject(new Error('a late fault')))
    alerting.on('anomaly', () => (told += 1))
    await expect.poll(() => told).toBe(20)
    await alerting.stop()
    expect(lines.filter((line) => line.includes('A listener of trace alerting failed'))).toHaveLength(1)
    expect(rejections).toEqual([])
  })

  it('does not mind variables that it does not use', async () => {
    const { url } = await startTempo()
    const env = {
      TRACEBELL_TEMPO_LISTEN: 'off',
      TRACEBELL_API_LISTEN: '0.0.0.0:80',
      TRACEBELL_INSECURE: 'perhaps',
      LOG_LEVEL: 'trace',
      LOG_FORMAT: 'pretty',
    }
    const { alerting, lines } = start({ tempoUrl: url, env })
    await expect.poll(() => alerting.health().state).toBe('healthy')
    expect(lines.join()).not.toMatch(/LOG_|TRACEBELL_/)
  })

  it('warns once of a log that is not understood, where it makes its own', async () => {
    const written: string[] = []
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk, ...rest) => {
      written.push(String(chunk))
      for (const done of rest) if (typeof done === 'function') done()
      return true
    })
    onTestFinished(() => write.mockRestore())
    const env = { LOG_LEVEL: 'trace', LOG_FORMAT: 'pretty' }
    const alerting = startTraceAlerting({ env, envFile: 'none' })
    await alerting.stop()
    const warnings = written
      .join('')
      .split('\n')
      .filter((line) => line.includes('WARN'))
    expect(warnings).toEqual([expect.stringMatching(/LOG_LEVEL.*trace.*LOG_FORMAT.*pretty/)])
    expect(written.join('')).toContain('Trace-based alerting is off')
  })

  it('names options that it does not know, and those that it does', async () => {
    const misspelt: object = { maxLatnessSecs: 5, interval: 1 }
    const { alerting, lines } = start(misspelt)
    await alerting.stop()
    const warnings = lines.filter((line) => line.includes('not known'))
    expect(warnings).toEqual([expect.stringContaining('"unknown":"maxLatnessSecs, interval"')])
    expect(warnings[0]).toContain('maxLatenessSecs')
  })

  it.each<[keyof TraceAlertingOptions, string]>([
    ['maxLatenessSecs', 'TEMPO_MAX_LATENESS_SECS'],
    ['queryTimeoutMs', 'TEMPO_QUERY_TIMEOUT_MS'],
    ['repeatSecs', 'TEMPO_ALERT_REPEAT_SECS'],
  ])('takes %s as %s, and knows its bounds', async (option, name) => {
    const { alerting, lines } = start({ [option]: -1 })
    const error = await new Promise((resolve) => void alerting.on('error', resolve))
    expect(error).toMatchObject({ faults: [{ name, found: '-1' }] })
    expect(lines.join()).not.toContain('not known')
  })

  it.each([
    ['null', [null]],
    ['nothing', []],
  ] as const)('may be given %s for options', async (_, given) => {
    vi.stubEnv('TEMPO_ENABLED', 'false')
    vi.stubEnv('LOG_LEVEL', 'silent')
    onTestFinished(() => void vi.unstubAllEnvs())
    const alerting = startTraceAlerting(...given)
    onTestFinished(() => alerting.stop())
    await expect.poll(() => alerting.health()).toMatchObject({ state: 'off', lastError: undefined })
  })

  it('stops before it has started, twice, and by `await using`', async () => {
    const { url } = await startTempo()
    const { alerting } = start({ tempoUrl: url })
    const stops = [alerting.stop(), alerting.stop(), alerting[Symbol.asyncDispose]()]
    expect(await Promise.all(stops)).toEqual([undefined, undefined, undefined])
  })
})
