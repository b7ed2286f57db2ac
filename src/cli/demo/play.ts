import { createApp, type Addresses } from '../../app.js'
import { requireSetup } from '../../config/setup/read-setup.js'
import type { Environment } from '../../config/variables.js'
import type { Clock } from '../../model/clock.js'
import { createLogger } from '../../telemetry/create-logger.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { actAt, type Play } from './acts.js'
import { startCatcher } from './catcher.js'
import { DemoError } from './demo-error.js'
import { fetchProof } from './fetch-proof.js'
import { formatIntro } from './intro.js'
import type { Paint } from './paint.js'
import { parseReceivedAlert } from './received-alert.js'
import { createScreen, type Screen } from './screen.js'
import { startShop, type ShopProcess } from './shop-process.js'
import { sendTraffic, visitOverHttp } from './traffic.js'
import { playOf } from './wished-fault.js'

export interface PlayOptions {
  readonly write: (line: string) => void
  readonly paint: Paint
  readonly clock: Clock
  /** The environment that the shop's process inherits. */
  readonly env: Environment
  /** The fault that is wished for; without it some are shown one after the other. */
  readonly fault?: string | undefined
  readonly signal: AbortSignal
}

/**
 * Plays the demo until the signal is aborted, and rejects as it says then; with a `DemoError` where something fails
 * first. Whatever was started has ended when it settles.
 */
export async function play({ write, paint, clock, env, fault, signal }: PlayOptions): Promise<never> {
  const acts = fault === undefined ? actAt : playOf(fault)
  const undo: (() => Promise<void>)[] = []
  let screen: Screen | undefined
  try {
    const catcher = await startCatcher((body) => {
      const alert = parseReceivedAlert(body)
      if (alert !== undefined) screen?.show(alert)
    })
    undo.push(() => catcher.close())

    const app = createDemoApp(catcher.url, fault !== undefined, clock, write)
    await app.start()
    // The alerts that a stop still delivers are shown: the screen is closed after it.
    undo.push(async () => screen?.close())
    undo.push(() => app.stop())
    const { tempoUrl, otlpUrl } = reached(app.addresses())

    const shop = await startShop(shopEnvironment(env, otlpUrl), clock, signal)
    undo.push(() => shop.stop())

    const intro = formatIntro({
      addresses: app.addresses(),
      shopUrl: shop.url,
      webhookUrl: catcher.url,
      paint,
    })
    for (const line of intro) write(line)
    screen = createScreen({ write, clock, paint, tempoUrl, fetchProof: (id) => fetchProof(tempoUrl, id) })
    return await playActs({ acts, shop, screen, clock, signal })
  } finally {
    for (let next = undo.pop(); next !== undefined; next = undo.pop()) await next()
  }
}

/**
 * The whole of tracebell with its embedded source: quick and with a short memory, so that there is much to see soon. Where
 * there is time to learn, it also tells of what is unlike normal.
 */
function createDemoApp(webhookUrl: string, learns: boolean, clock: Clock, write: PlayOptions['write']) {
  const environment = {
    TEMPO_ALERT_INTERVAL_SECS: '2',
    TEMPO_LOOKBACK_WINDOW_SECS: '5',
    TEMPO_MAX_LATENESS_SECS: '10',
    TEMPO_QUERY_TIMEOUT_MS: '2000',
    TEMPO_ALERT_WEBHOOK_URL: webhookUrl,
    LOG_FILE: 'off',
    TRACEBELL_DATA_DIR: 'off',
    TRACEBELL_API_LISTEN: '127.0.0.1:0',
    TRACEBELL_OTLP_HTTP_LISTEN: '127.0.0.1:0',
    TRACEBELL_OTLP_GRPC_LISTEN: 'off',
    TRACEBELL_TEMPO_LISTEN: '127.0.0.1:0',
    TRACEBELL_ANOMALY_DEFAULTS: String(learns),
  }
  const setup = requireSetup({ environment, file: undefined, patterns: [] })
  const metrics = createMetrics()
  const terminal = {
    name: 'terminal',
    write(line: string, settled: () => void) {
      write(line.trimEnd())
      settled()
    },
  }
  const logger = createLogger({ level: 'warn', format: 'text', clock, destinations: [terminal], metrics })
  return createApp({ ...setup, clock, logger, metrics })
}

function reached({ tempoApi, otlpHttp }: Addresses): { tempoUrl: string; otlpUrl: string } {
  if (tempoApi === undefined || otlpHttp === undefined)
    throw new DemoError('The embedded source does not listen')
  return { tempoUrl: tempoApi, otlpUrl: otlpHttp }
}

/** The shop sends to this demo, whatever OpenTelemetry is told to do elsewhere. */
function shopEnvironment(env: Environment, otlpUrl: string): Environment {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith('OTEL_'))
  return {
    ...Object.fromEntries(kept),
    OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
    OTEL_BSP_SCHEDULE_DELAY: '500',
    PORT: '0',
    LOG_FILE: 'off',
  }
}

interface Stage {
  readonly acts: Play
  readonly shop: ShopProcess
  readonly screen: Screen
  readonly clock: Clock
  readonly signal: AbortSignal
}

async function playActs({ acts, shop, screen, clock, signal }: Stage): Promise<never> {
  const broken = new AbortController()
  const over = AbortSignal.any([signal, broken.signal])
  void shop.ended.then((why) => broken.abort(new DemoError(`The example application has ended: ${why}`)))
  const traffic = sendTraffic(visitOverHttp(shop.url, over), clock, over)
  try {
    for (let index = 0; ; index += 1) {
      const act = acts(index)
      await setFaults(shop.url, act.faults, over)
      screen.tell({ text: act.text, breaks: act.faults !== '' })
      await clock.sleepUntil(clock.now() + act.seconds * 1000, over)
    }
  } finally {
    broken.abort()
    await traffic
  }
}

async function setFaults(shopUrl: string, faults: string, signal: AbortSignal): Promise<void> {
  const response = await fetch(`${shopUrl}/faults?${faults}`, { method: 'PUT', signal })
  await response.arrayBuffer()
  if (!response.ok) throw new DemoError(`The example application answers ${response.status} to its faults`)
}
