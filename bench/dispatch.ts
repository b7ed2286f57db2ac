/**
 * `npm run bench:dispatch`: a storm of alerts through dispatch on one core: how long it takes to take them in, to tell of
 * them, to take them in again as they are told every minute, and to tell of their ends; what they hold of memory; and when
 * the first message leaves. Nothing is written to disk. Then the same storm through the whole daemon, beside a real
 * Alertmanager. Prints JSON. `--quick` checks the bench with a tenth of the alerts.
 */
import { Registry } from 'prom-client'
import { buildDispatch, dispatchSchema } from '../src/dispatch/config.js'
import { createDispatcher, type Dispatcher } from '../src/dispatch/dispatcher.js'
import { createSilences } from '../src/dispatch/silences.js'
import type { Alert } from '../src/model/alert.js'
import type { Clock } from '../src/model/clock.js'
import type { Flushed } from '../src/model/flush.js'
import type { Notice } from '../src/model/notice.js'
import { MINUTE_MS, SECOND_MS } from '../src/model/time.js'
import { createSystemClock } from '../src/system-clock.js'
import { createDispatchMetrics } from '../src/telemetry/dispatch-metrics.js'
import { createTestClock } from '../test/test-clock.js'
import { compileAll } from './compiled.js'
import { measureStorm } from './dispatch/storm.js'
import { describeMachine } from './machine.js'
import { round } from './quantile.js'

const quick = process.argv.includes('--quick')
const ALERTS = quick ? 1000 : 10_000
const ROUTES = 20
const SILENCES = 1000
const GROUP_WAIT_MS = 1000
const HOUR_MS = 60 * MINUTE_MS

const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: console.error }

interface Storm {
  readonly dispatcher: Dispatcher
  readonly seen: { notifications: number; alerts: number; first: number | undefined }
}

/** Twenty routes, two inhibit rules and a thousand silences of which none matches. */
async function open(groupBy: readonly string[], clock: Clock, silenceCount: number): Promise<Storm> {
  const plan = buildDispatch(
    dispatchSchema.parse({
      receivers: [{ name: 'team' }],
      route: {
        receiver: 'team',
        group_by: groupBy,
        group_wait: '1s',
        routes: Array.from({ length: ROUTES }, (_, index) => ({
          matchers: [`service=~"shop-${index}0.*"`, 'severity="page"'],
        })),
      },
      inhibit_rules: [
        { source_matchers: ['severity=critical'], target_matchers: ['severity=page'], equal: ['service'] },
        { source_matchers: ['alertname=Down'], target_matchers: ['alertname!=Down'], equal: ['cluster'] },
      ],
    }),
  )
  if (plan === undefined) throw new Error('no plan')
  const silences = createSilences({
    load: async () => [],
    save: async () => {},
    createId: createIds(),
    clock,
    logger,
  })
  for (let index = 0; index < silenceCount; index += 1) {
    const matchers = [
      { name: 'service', operator: index % 10 === 0 ? '=~' : '=', value: `other-${index}` },
    ] as const
    await silences.set({
      matchers,
      startsAt: clock.now(),
      endsAt: clock.now() + HOUR_MS,
      createdBy: '',
      comment: '',
    })
  }
  const log = new Map<string, Notice>()
  const seen: Storm['seen'] = { notifications: 0, alerts: 0, first: undefined }
  const flush = async ({ notification, notices }: Flushed): Promise<void> => {
    for (const notice of notices) log.set(notice.groupKey, notice)
    if (notification === undefined) return
    seen.first ??= clock.now()
    seen.notifications += 1
    seen.alerts += notification.alerts.length
  }
  const dispatcher = createDispatcher({
    plan,
    restore: async () => [],
    silences,
    findNotice: async (groupKey) => log.get(groupKey),
    flush,
    sendsResolved: () => true,
    externalUrl: () => '',
    clock,
    logger,
    metrics: createDispatchMetrics(new Registry()),
  })
  await dispatcher.start()
  return { dispatcher, seen }
}

function createIds(): () => string {
  let count = 0
  return () => String((count += 1))
}

function createAlerts(at: number, status: Alert['status']): readonly Alert[] {
  return Array.from({ length: ALERTS }, (_, index) => ({
    labels: new Map([
      ['alertname', `Slow${index % 100}`],
      ['service', `shop-${index % 500}`],
      ['cluster', 'eu'],
      ['severity', 'page'],
      ['http.route', `/orders/${index}`],
    ]),
    annotations: new Map([['summary', `orders ${index} are slow`]]),
    startsAt: at,
    endsAt: status === 'firing' ? at + HOUR_MS : at,
    status,
    generatorUrl: '',
    value: index,
    exemplars: [],
  }))
}

/** CPU of some work, in milliseconds. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return round((user + system) / 1000)
}

function heapUsed(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

async function measure(what: string, groupBy: readonly string[], silenceCount: number): Promise<object> {
  const clock = createTestClock()
  const { dispatcher, seen } = await open(groupBy, clock, silenceCount)
  const begin = clock.now()
  const before = heapUsed()
  const takeInMs = await cpuOf(() => dispatcher.accept(createAlerts(begin, 'firing')))
  const tellMs = await cpuOf(() => clock.advance(GROUP_WAIT_MS))
  const told = { ...seen }
  const heldBytes = heapUsed() - before
  const takeInAgainMs = await cpuOf(() => dispatcher.accept(createAlerts(begin, 'firing')))
  const lookAgainMs = await cpuOf(() => clock.advance(5 * MINUTE_MS))
  const endMs = await cpuOf(async () => {
    dispatcher.accept(createAlerts(clock.now(), 'resolved'))
    await clock.advance(5 * MINUTE_MS)
  })
  await dispatcher.stop()
  if (told.alerts !== ALERTS || seen.alerts !== 2 * ALERTS)
    throw new Error(`${what}: ${seen.alerts} alerts were told`)
  return {
    what,
    alerts: ALERTS,
    groups: told.notifications,
    silences: silenceCount,
    takeInMs,
    tellMs,
    takeInAgainMs,
    lookAgainMs,
    endMs,
    heldBytesPerAlert: Math.round(heldBytes / ALERTS),
  }
}

/** How long after its time the first message of a storm leaves, by the clock on the wall. */
async function measureFirstMessage(groupBy: readonly string[]): Promise<object> {
  const clock = createSystemClock({ keepAlive: true })
  const { dispatcher, seen } = await open(groupBy, clock, SILENCES)
  const begin = clock.now()
  dispatcher.accept(createAlerts(begin, 'firing'))
  const { signal } = new AbortController()
  while (seen.alerts < ALERTS) await clock.sleepUntil(clock.now() + SECOND_MS / 100, signal)
  const allMs = clock.now() - begin
  await dispatcher.stop()
  return {
    groups: seen.notifications,
    groupWaitMs: GROUP_WAIT_MS,
    firstMessageMs: (seen.first ?? 0) - begin,
    allMs,
  }
}

// The first storm is slow, as nothing is compiled yet.
await measure('warm-up', ['alertname'], 0)
const storms = [
  await measure('a group for each route', [], SILENCES),
  await measure('a hundred groups', ['alertname'], SILENCES),
  await measure('a hundred groups, no silences', ['alertname'], 0),
  await measure('a group for each alert', ['...'], SILENCES),
]
const firstMessages = [await measureFirstMessage(['alertname']), await measureFirstMessage(['...'])]
compileAll()
const daemon = await measureStorm(ALERTS / 2)
console.log(
  JSON.stringify(
    { bench: 'dispatch', machine: describeMachine(), storms, firstMessages, daemon },
    undefined,
    2,
  ),
)
