import { writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { createApp, type App } from '../../src/app.js'
import { requireSetup } from '../../src/config/setup/read-setup.js'
import { MINUTE_MS, SECOND_MS } from '../../src/model/time.js'
import { createLogger } from '../../src/telemetry/create-logger.js'
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.js'
import { listenOnLoopback } from '../loopback.js'
import { encodeTestTrace } from '../tempo-stand-in/test-trace.js'
import { createTestClock } from '../test-clock.js'
import { makeFolder } from './tracebell-process.js'
import { makeTrace } from './traces.js'

/**
 * An alert for each service with a failed trace. It goes on while no trace at all comes, so that hours cost nothing, and ends
 * with an evaluation that sees traces of others alone.
 */
const RULES = `
groups:
  - name: services
    interval: 30s
    rules:
      - alert: Fails
        expr: '{ status = error }'
        group_by: [resource.service.name]
        window: 30s
        no_data: keep
        labels: { service: "{{ $labels.service }}" }
`

const payload = z.object({
  alerts: z.array(z.object({ status: z.string(), labels: z.object({ service: z.string() }) })),
  note: z.string().optional(),
})

export interface Told {
  /** Since the beginning of the test. */
  readonly seconds: number
  /** As `+shop -cart`: what fires, and what has ended. */
  readonly said: string
  readonly note: string | undefined
}

/** The whole daemon with its listeners, store and receivers, on virtual time. */
export interface DispatchDaemon {
  /** What its receiver was told of the services, in order. */
  readonly told: readonly Told[]
  /** The same in short: `60 +shop`. */
  story(): readonly string[]
  /** Services fail; without any, one that is well is heard of, so that all others end. */
  fail(...services: readonly string[]): Promise<void>
  /** Moves the time on, and waits for what is being delivered. */
  wait(seconds: number): Promise<void>
  /** Creates a silence that begins now. */
  silence(service: string, seconds: number): Promise<void>
  restart(): Promise<void>
  /** Whether the receiver answers 503 from now on. */
  setAway(isAway: boolean): void
}

const STEP_SECONDS = 10

/** Starts it at a moment, with these settings beside the receiver `team`. */
export async function startDispatchDaemon(settings: object, startAt: number): Promise<DispatchDaemon> {
  const [clock, folder, told] = [createTestClock(startAt), await makeFolder(), [] as Told[]]
  let isAway = false
  const take = async (request: IncomingMessage): Promise<number> => {
    const { alerts, note } = payload.parse(await json(request))
    if (isAway) return 503
    const words = alerts.map(({ status, labels }) => `${status === 'firing' ? '+' : '-'}${labels.service}`)
    told.push({ seconds: (clock.now() - startAt) / SECOND_MS, said: words.toSorted().join(' '), note })
    return 200
  }
  const hook = await listenOnLoopback(
    createServer((request, response) => void take(request).then((code) => response.writeHead(code).end())),
  )
  await writeFiles(folder, settings, hook)
  let running = await start(folder, clock)
  onTestFinished(() => running.app.stop())

  async function settle(): Promise<void> {
    // Real requests are under way, for which the time does not pass.
    for (let calm = 0; calm < 3; calm += 1) {
      await nextTurn()
      if ((await valueOf(running.metrics, 'tracebell_notifications_in_flight')) > 0) calm = -1
    }
  }

  return {
    told,
    story: () => told.map(({ seconds, said }) => `${seconds} ${said}`),
    fail: async (...services) => {
      const all = services.length === 0 ? [{ service: 'well', error: false }] : services.map(toFailed)
      for (const each of all)
        await post(`${running.app.addresses().otlpHttp}/v1/traces`, traceOf(each, clock.now()))
    },
    wait: async (seconds) => {
      for (let left = seconds; left > 0; left -= STEP_SECONDS) {
        await clock.advance(Math.min(left, STEP_SECONDS) * SECOND_MS)
        await settle()
      }
    },
    silence: async (service, seconds) => {
      const matchers = [{ name: 'service', value: service, isRegex: false, isEqual: true }]
      const times = [0, seconds].map((each) => new Date(clock.now() + each * SECOND_MS).toISOString())
      const about = { startsAt: times[0], endsAt: times[1], createdBy: 'ann', comment: 'test' }
      await post(`${running.app.addresses().api}/api/v2/silences`, { matchers, ...about })
    },
    restart: async () => {
      await running.app.stop()
      running = await start(folder, clock)
    },
    setAway: (next) => void (isAway = next),
  }
}

function toFailed(service: string): { readonly service: string; readonly error: boolean } {
  return { service, error: true }
}

function traceOf(about: { readonly service: string; readonly error: boolean }, endMs: number): object {
  return encodeTestTrace(makeTrace({ endMs, ...about }))
}

async function writeFiles(folder: string, settings: object, hook: string): Promise<void> {
  const { receivers = [{ name: 'team' }], ...others } = settings as { receivers?: readonly object[] }
  const told = receivers.map((each) => ({ ...each, webhook_configs: [{ url: hook, timeout: '10m' }] }))
  const all = { rule_files: ['rules.yaml'], receivers: told, ...others }
  await writeFile(join(folder, 'tracebell.yaml'), JSON.stringify(all))
  await writeFile(join(folder, 'rules.yaml'), RULES)
}

interface Running {
  readonly app: App
  readonly metrics: Metrics
}

async function start(folder: string, clock: ReturnType<typeof createTestClock>): Promise<Running> {
  const setup = requireSetup({
    environment: {
      TRACEBELL_API_LISTEN: '127.0.0.1:0',
      TRACEBELL_OTLP_HTTP_LISTEN: '127.0.0.1:0',
      TRACEBELL_OTLP_GRPC_LISTEN: 'off',
      TRACEBELL_TEMPO_LISTEN: '127.0.0.1:0',
      TRACEBELL_DATA_DIR: join(folder, 'data'),
      // The built-in checks are not looked at here.
      TEMPO_ALERT_INTERVAL_SECS: String((1000 * MINUTE_MS) / SECOND_MS),
    },
    file: join(folder, 'tracebell.yaml'),
  })
  const metrics = createMetrics()
  const logger = createLogger({ level: 'silent', format: 'text', clock, destinations: [], metrics })
  const app = createApp({ ...setup, clock, logger, metrics })
  await app.start()
  return { app, metrics }
}

async function valueOf({ registry }: Metrics, name: string): Promise<number> {
  const metric = await registry.getSingleMetric(name)?.get()
  return metric?.values[0]?.value ?? 0
}

async function post(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
}
