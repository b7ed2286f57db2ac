import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApp } from '../../src/app.js'
import { requireSetup } from '../../src/config/setup/read-setup.js'
import { SECOND_MS } from '../../src/model/time.js'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { advanceUntil } from '../advance-until.js'
import { serveEmbeddedApi } from '../embedded-api.js'
import { lineOf } from '../otlp-lines.js'
import { createTestClock, type TestClock } from '../test-clock.js'
import { createTestLogger } from '../test-logger.js'
import { startCatcher } from './catcher.js'
import { makeFolder, startTracebell } from './tracebell-process.js'

const T0 = Date.UTC(2026, 2, 2, 8)
const STEP_MS = 10 * SECOND_MS
const HEALTHY_STEPS = 30
/** What was learned is saved after five minutes. */
const SAVED_STEPS = 36

/** Two requests a second for ten seconds: they take about 5 ms, or 300 ms, which no built-in rule tells of. */
function requests(startMs: number, isSlow: boolean): string {
  const all = Array.from({ length: 20 }, (_, index) => ({
    traceId: startMs + index,
    spanId: 1,
    name: 'GET /cart',
    startMs: startMs + index * 500,
    durationMs: (isSlow ? 300 : 5) + (index % 4),
  }))
  return lineOf(...all)
}

/** Healthy traffic, and then a minute that is slow. */
function traffic(): readonly string[] {
  return Array.from({ length: HEALTHY_STEPS + 6 }, (_, step) =>
    requests(T0 + step * STEP_MS, step >= HEALTHY_STEPS),
  )
}

const TOLD = {
  anomaly_type: 'latency',
  trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
  span_name: 'GET /cart',
  message: expect.stringContaining('GET /cart'),
  service: 'shop',
  operation: 'GET /cart',
  rule: 'Unusual',
  root_cause_service: 'shop',
  root_cause_candidates: ['shop'],
}

/** A daemon that receives spans, with nothing but these variables. */
async function startDaemon(clock: TestClock, variables: Readonly<Record<string, string>>) {
  const environment = {
    TRACEBELL_API_LISTEN: '127.0.0.1:0',
    TRACEBELL_OTLP_HTTP_LISTEN: '127.0.0.1:0',
    TRACEBELL_OTLP_GRPC_LISTEN: 'off',
    TRACEBELL_TEMPO_LISTEN: '127.0.0.1:0',
    TRACEBELL_DATA_DIR: 'off',
    ...variables,
  }
  const logger = createTestLogger()
  const app = createApp({
    ...requireSetup({ environment, file: undefined }),
    clock,
    logger,
    metrics: createMetrics(),
  })
  onTestFinished(() => app.stop())
  await app.start()
  const { api, otlpHttp } = app.addresses()
  return {
    logger,
    stop: () => app.stop(),
    send: async (body: string): Promise<void> => {
      const headers = { 'content-type': 'application/json' }
      const { status } = await fetch(`${otlpHttp}/v1/traces`, { method: 'POST', headers, body })
      expect(status).toBe(200)
    },
    metrics: async (): Promise<string> => (await fetch(`${api}/metrics`)).text(),
    rules: async (): Promise<unknown> => (await fetch(`${api}/api/v1/rules?rule_group[]=anomalies`)).json(),
  }
}

describe('what is unlike normal, without any rule', () => {
  it('is told to a webhook once, and listed with its reason', async () => {
    const clock = createTestClock(T0)
    const catcher = await startCatcher()
    const daemon = await startDaemon(clock, {
      TRACEBELL_ANOMALY_DEFAULTS: 'true',
      TEMPO_ALERT_WEBHOOK_URL: catcher.url,
    })
    for (const line of traffic()) {
      await clock.advance(STEP_MS)
      await daemon.send(line)
    }
    await advanceUntil(clock, catcher.caught(1))
    expect(catcher.bodies).toMatchObject([TOLD])
    const rule = {
      name: 'Unusual',
      type: 'alerting',
      query: 'anomaly(latency, errors, calls, traffic) over { }',
      state: 'firing',
      health: 'ok',
      alerts: [
        {
          labels: { alertname: 'Unusual', service: 'shop', signal: 'latency' },
          annotations: { summary: expect.stringContaining('GET /cart') },
        },
      ],
    }
    expect(await daemon.rules()).toMatchObject({
      data: { groups: [{ name: 'anomalies', interval: 10, rules: [rule] }] },
    })
    expect((await daemon.metrics()).split('\n')).toContain(
      'ALERTS{alertname="Unusual",service="shop",signal="latency",alertstate="firing"} 1',
    )
  })

  it('is known from before a restart: what is normal need not be learned again', async () => {
    const clock = createTestClock(T0)
    const catcher = await startCatcher()
    const variables = {
      TRACEBELL_ANOMALY_DEFAULTS: 'true',
      TRACEBELL_DATA_DIR: await makeFolder(),
      TEMPO_ALERT_WEBHOOK_URL: catcher.url,
    }
    const first = await startDaemon(clock, variables)
    for (let step = 0; step < SAVED_STEPS; step += 1) {
      await clock.advance(STEP_MS)
      await first.send(requests(clock.now() - STEP_MS, false))
    }
    await first.stop()
    const second = await startDaemon(clock, variables)
    // Less than what it takes to learn what is normal.
    for (let step = 0; step < 8; step += 1) {
      await clock.advance(STEP_MS)
      await second.send(requests(clock.now() - STEP_MS, step >= 2))
    }
    await advanceUntil(clock, catcher.caught(1))
    expect(catcher.bodies).toMatchObject([TOLD])
  })

  it('is not told where nobody asks for it', async () => {
    const clock = createTestClock(T0)
    const daemon = await startDaemon(clock, {})
    await clock.advance(STEP_MS)
    expect(await daemon.rules()).toMatchObject({ data: { groups: [] } })
  })

  it('is not looked for over a Tempo, which its rule says', async () => {
    const clock = createTestClock(T0)
    const tempo = await serveEmbeddedApi()
    onTestFinished(() => tempo.close())
    const daemon = await startDaemon(clock, {
      TEMPO_ENABLED: 'true',
      TEMPO_URL: tempo.tempo,
      TEMPO_QUERY_TIMEOUT_MS: '10000',
      TRACEBELL_ANOMALY_DEFAULTS: 'true',
    })
    while (!JSON.stringify(await daemon.rules()).includes('"health":"err"')) await clock.advance(SECOND_MS)
    expect(await daemon.rules()).toMatchObject({
      data: { groups: [{ rules: [{ lastError: expect.stringContaining('needs every span') }] }] },
    })
  })
})

describe('tracebell backtest --anomaly-defaults', () => {
  async function run(...args: readonly string[]) {
    const folder = await makeFolder()
    await writeFile(join(folder, 'traces.jsonl'), `${traffic().join('\n')}\n`)
    await writeFile(
      join(folder, 'rules.yaml'),
      `groups: [{name: g, interval: 10s, rules: [{alert: Mine, anomaly: {signals: [errors]}}]}]`,
    )
    const command = startTracebell({}, folder, 'backtest', '--source', 'traces.jsonl', ...args)
    return { code: await command.ended, output: command.output(), folder }
  }

  it('says what it would have told, without a rule file', async () => {
    const { code, output, folder } = await run('--anomaly-defaults', '--alerts-out', 'out')
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/Unusual +\{service="shop", signal="latency"\}/),
    ])
    const told: unknown = JSON.parse(await readFile(join(folder, 'out'), 'utf8'))
    expect(told).toMatchObject(TOLD)
    const slowAt = (T0 + HEALTHY_STEPS * STEP_MS) / SECOND_MS
    expect(told).toHaveProperty(
      'timestamp',
      expect.toSatisfy((at: number) => at > slowAt && at <= slowAt + 60),
    )
  })

  it('has the rules of a file beside it', async () => {
    const { code, output } = await run('--anomaly-defaults', '--rules', 'rules.yaml', '--json')
    const { rules } = JSON.parse(output)
    expect([code, rules]).toMatchObject([
      0,
      [
        { group: 'g', rule: 'Mine', fired: 0 },
        { group: 'anomalies', rule: 'Unusual', fired: 1 },
      ],
    ])
  })
})
