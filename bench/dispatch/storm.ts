import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startRealAlertmanager } from '../../test/peers/alertmanager.js'
import { findPeer } from '../../test/peers/find-peer.js'
import { freePorts } from '../../test/peers/free-ports.js'
import { startChild, type Child } from '../child.js'
import { SERVER_CORE } from '../cores.js'
import { memoryOf } from '../process-usage.js'
import { round } from '../quantile.js'
import { openStormHook, untilTold, type StormHook } from './storm-hook.js'

const MIB = 2 ** 20
/** Two alerts of each. */
const ALERTS_A_SERVICE = 2
const SERVICES_A_REQUEST = 1000
const ALERTS_A_POST = 500
const READY_WITHIN_MS = 60_000
/** The tellings that follow, every minute, are in the figures too. */
const WATCHED_MS = 70_000

const ROUTE = { receiver: 'team', group_by: ['alertname'], group_wait: '1s', group_interval: '10s' }

/** What a storm costs one of the two. */
export interface StormFigures {
  readonly idleMib: number
  readonly peakMib: number
  /** From the beginning of the first request until the first message. */
  readonly firstMessageMs: number
  /** Until messages spoke of all alerts, told one by one or counted. */
  readonly allMs: number
  readonly messages: number
  readonly largestAlerts: number
}

/**
 * As many services as said all fail and are slow at once, which is two alerts of each: the daemon is sent their spans over
 * OTLP/HTTP and finds the alerts by two rules, a real Alertmanager is handed the same alerts. Both by the same route.
 */
export async function measureStorm(services: number): Promise<object> {
  const ours = await measureOurs(services)
  const binary = findPeer('alertmanager')
  if (binary === undefined)
    return { services, ours, skipped: 'no Alertmanager binary (set ALERTMANAGER_BIN)' }
  const peer = await measureTheirs(binary, services)
  return {
    services,
    ours,
    alertmanager: peer,
    peakRatio: round(ours.peakMib / peer.peakMib),
    firstMessageRatio: round(ours.firstMessageMs / peer.firstMessageMs),
  }
}

interface Measured {
  readonly pid: number
  readonly hook: StormHook
  readonly alerts: number
  readonly send: () => Promise<void>
}

async function measure({ pid, hook, alerts, send }: Measured): Promise<StormFigures> {
  const idle = memoryOf(pid).resident
  const begin = Date.now()
  await send()
  await untilTold(hook, alerts, (ms) => sleep(ms))
  const allMs = Date.now() - begin
  await sleep(Math.max(0, begin + WATCHED_MS - Date.now()))
  return {
    idleMib: Math.round(idle / MIB),
    peakMib: Math.round(memoryOf(pid).peak / MIB),
    firstMessageMs: (hook.messages[0]?.at ?? 0) - begin,
    allMs,
    messages: hook.messages.length,
    largestAlerts: Math.max(...hook.messages.map((each) => each.alerts)),
  }
}

async function measureOurs(services: number): Promise<StormFigures> {
  const [hook, [api, otlp, tempo]] = [await openStormHook(), await freePorts(3)]
  const folder = await mkdtemp(join(tmpdir(), 'tracebell-storm-'))
  await writeFile(join(folder, 'tracebell.yaml'), settings(hook.url))
  await writeFile(join(folder, 'rules.yaml'), RULES)
  const child = startChild({
    file: 'src/cli/main.ts',
    core: SERVER_CORE,
    folder,
    environment: {
      TRACEBELL_API_LISTEN: `127.0.0.1:${api}`,
      TRACEBELL_OTLP_HTTP_LISTEN: `127.0.0.1:${otlp}`,
      TRACEBELL_OTLP_GRPC_LISTEN: 'off',
      TRACEBELL_TEMPO_LISTEN: `127.0.0.1:${tempo}`,
      // The built-in checks would find the same once more, by other names.
      TEMPO_ALERT_INTERVAL_SECS: '86400',
      LOG_FILE: 'off',
      LOG_LEVEL: 'error',
    },
  })
  try {
    await untilReady(`http://127.0.0.1:${tempo}/ready`)
    const send = (): Promise<void> => sendSpans(`http://127.0.0.1:${otlp}`, services)
    return await measure({ pid: child.pid, hook, alerts: ALERTS_A_SERVICE * services, send })
  } finally {
    await stopAll(child, hook, folder)
  }
}

async function stopAll(child: Child, hook: StormHook, folder: string): Promise<void> {
  await child.stop()
  await hook.close()
  await rm(folder, { recursive: true, force: true })
}

async function measureTheirs(binary: string, services: number): Promise<StormFigures> {
  const hook = await openStormHook()
  const receivers = [{ name: 'team', webhook_configs: [{ url: hook.url }] }]
  const server = await startRealAlertmanager(binary, JSON.stringify({ route: ROUTE, receivers }))
  try {
    const send = (): Promise<void> => postAlerts(server.url, services)
    return await measure({ pid: server.pid, hook, alerts: ALERTS_A_SERVICE * services, send })
  } finally {
    await server.stop()
    await hook.close()
  }
}

/** JSON is YAML too. */
function settings(url: string): string {
  const receivers = [{ name: 'team', webhook_configs: [{ url }] }]
  return JSON.stringify({ rule_files: ['rules.yaml'], receivers, route: ROUTE })
}

const RULES = JSON.stringify({
  groups: [
    {
      name: 'storm',
      interval: '1s',
      rules: [
        toRule('ServiceFails', '{ status = error }', 'traces failed'),
        toRule('ServiceSlow', '{ duration > 1s }', 'traces are slow'),
      ],
    },
  ],
})

function toRule(alert: string, expr: string, words: string): object {
  const annotations = { summary: `{{ $labels.service }}: {{ $value }} ${words}` }
  // Longer than the storm is watched.
  const group = { group_by: ['resource.service.name'], window: '5m' }
  return { alert, expr, ...group, labels: { severity: 'page' }, annotations }
}

function serviceName(index: number): string {
  return `service-${String(index).padStart(5, '0')}`
}

async function sendSpans(url: string, services: number): Promise<void> {
  for (let from = 0; from < services; from += SERVICES_A_REQUEST) {
    const count = Math.min(SERVICES_A_REQUEST, services - from)
    const resourceSpans = Array.from({ length: count }, (_, index) => toSpans(from + index))
    await post(`${url}/v1/traces`, { resourceSpans })
  }
}

/** One trace of one span, which fails and takes 1.5 s. */
function toSpans(index: number): object {
  const end = Date.now()
  const id = (digits: number): string => (index + 1).toString(16).padStart(digits, '0')
  const span = {
    traceId: id(32),
    spanId: id(16),
    name: 'GET /orders',
    kind: 2,
    startTimeUnixNano: `${end - 1500}000000`,
    endTimeUnixNano: `${end}000000`,
    status: { code: 2 },
  }
  const attributes = [{ key: 'service.name', value: { stringValue: serviceName(index) } }]
  return { resource: { attributes }, scopeSpans: [{ spans: [span] }] }
}

async function postAlerts(url: string, services: number): Promise<void> {
  const alerts = Array.from({ length: services }, (_, index) => serviceName(index)).flatMap((service) =>
    ['ServiceFails', 'ServiceSlow'].map((alertname) => ({
      labels: { alertname, service_name: service, severity: 'page' },
      annotations: {
        summary: `${service}: 1 traces are as they should not be`,
        exemplar_traces: '0'.repeat(32),
      },
      startsAt: new Date().toISOString(),
    })),
  )
  for (let from = 0; from < alerts.length; from += ALERTS_A_POST)
    await post(`${url}/api/v2/alerts`, alerts.slice(from, from + ALERTS_A_POST))
}

async function post(url: string, body: unknown): Promise<void> {
  // A connection that is kept may be closed by a server that was busy for long, just as it is used again.
  const headers = { 'content-type': 'application/json', connection: 'close' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`)
  await answer.arrayBuffer()
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline) {
    const ready = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (ready) return
    await sleep(50)
  }
  throw new Error(`tracebell was not ready within ${READY_WITHIN_MS} ms`)
}
