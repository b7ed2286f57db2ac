/**
 * Ours, from an evaluation to the note that its message was delivered, as the command joins it: dispatch, the store in a
 * folder, the outbox and a webhook. Told `{"from": N, "count": M}`, it answers when so many alerts were told of, and that was
 * noted, with the moment of that.
 */
import { join } from 'node:path'
import { buildDispatch, dispatchSchema } from '../../src/dispatch/config.js'
import { createDispatcher } from '../../src/dispatch/dispatcher.js'
import { createSilences } from '../../src/dispatch/silences.js'
import type { Alert } from '../../src/model/alert.js'
import { receiverSchema } from '../../src/notify/config.js'
import { createOutboxDelivery } from '../../src/notify/deliver-outbox.js'
import { createReceivers } from '../../src/notify/receivers.js'
import { createSecretReader } from '../../src/notify/secret/create-secret-reader.js'
import { createNodeDriver } from '../../src/store/sqlite/node-sqlite.js'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.js'
import { createWasmDriver } from '../../src/store/sqlite/wasm-sqlite.js'
import { createSystemClock } from '../../src/system-clock.js'
import { createLogger } from '../../src/telemetry/create-logger.js'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { createRotatingFile } from '../../src/telemetry/rotating-file.js'
import { noSpans } from '../../src/telemetry/spans.js'
import { untraced } from '../../src/telemetry/untraced.js'
import { createNotificationRenderer } from '../../src/template/create-notification-renderer.js'
import { alertFacts, commonNow, GENERATOR_URL, LASTS_MS, portions, ROUTE } from './alert-facts.js'

const [folder = '', driverName = '', url = ''] = process.argv.slice(2)
const clock = createSystemClock({ keepAlive: true })
const metrics = createMetrics()
const logger = createLogger({
  level: 'info',
  format: 'text',
  clock,
  destinations: [createRotatingFile({ path: join(folder, 'app.log') })],
  metrics,
})
const driver = driverName === 'node:sqlite' ? createNodeDriver() : createWasmDriver()
const store = await openSqliteStore({ folder, clock, driver })
let [delivered, expected] = [0, Number.POSITIVE_INFINITY]

const receivers = createReceivers([receiverSchema.parse({ name: 'team', webhook_configs: [{ url }] })], {
  clock,
  untraced,
  userAgent: 'tracebell/bench',
  secrets: createSecretReader({}, folder),
  links: {},
  render: createNotificationRenderer({}),
  allowExec: false,
})
const outbox = createOutboxDelivery({
  outbox: { ...store, delivered: noteDelivered },
  notifiers: receivers.notifiers,
  clock,
  random: Math.random,
  logger,
  metrics,
  spans: noSpans,
})
const plan = buildDispatch(dispatchSchema.parse({ receivers: [{ name: 'team' }], route: ROUTE }))
if (plan === undefined) throw new Error('there is no plan')
const dispatcher = createDispatcher({
  plan,
  restore: () => store.loadActive(),
  silences: createSilences({
    load: () => store.loadSilences(),
    save: (silences) => store.saveSilences(silences),
    createId: () => '',
    clock,
    logger,
  }),
  findNotice: (...question) => store.findNotice(...question),
  flush: async ({ at, notification, notices, ended }) => {
    const messages = notification === undefined ? [] : receivers.encode(notification)
    await store.dispatch({ at, outbox: messages, notices, ended })
    outbox.wake()
  },
  sendsResolved: () => true,
  externalUrl: () => '',
  clock,
  logger,
  metrics,
})

async function noteDelivered(id: number, at: number): Promise<void> {
  await store.delivered(id, at)
  delivered += 1
  if (delivered === expected) process.send?.({ at: commonNow() })
}

function toAlert(number: number): Alert {
  const { labels, annotations } = alertFacts(number)
  const at = clock.now()
  return {
    labels: new Map(Object.entries(labels)),
    annotations: new Map(Object.entries(annotations)),
    startsAt: at,
    endsAt: at + LASTS_MS,
    status: 'firing',
    generatorUrl: GENERATOR_URL,
    value: number,
    exemplars: [],
  }
}

async function tell(from: number, count: number): Promise<void> {
  ;[delivered, expected] = [0, count]
  for (const numbers of portions(from, count)) {
    const alerts = numbers.map(toAlert)
    await store.commit({ at: clock.now(), saved: [], removed: [], alerts })
    dispatcher.accept(alerts)
    // As requests of others come one after the other.
    await new Promise((resolve) => void setImmediate(resolve))
  }
}

process.on('message', (message) => {
  if (typeof message !== 'object' || message === null || !('from' in message) || !('count' in message)) return
  tell(Number(message.from), Number(message.count)).catch((error: unknown) =>
    process.send?.({ failure: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
process.once('SIGTERM', () => process.exit())
await dispatcher.start()
outbox.start()
process.send?.({ ready: true })
