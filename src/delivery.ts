import { randomUUID } from 'node:crypto'
import { createRefusalLog, type TellRefused } from './delivery-refusals.js'
import { openDeliveryPlan, type DeliveryPlan, type DeliverySetup } from './delivery-plan.js'
import { describeAnomaly } from './describe-anomaly.js'
import { createAnomalyLane, type AnomalyLane } from './dispatch/anomaly-lane.js'
import { createDispatcher, type Dispatcher } from './dispatch/dispatcher.js'
import { createSilences, type Silences } from './dispatch/silences.js'
import type { Anomaly } from './model/anomaly.js'
import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import type { Flush } from './model/flush.js'
import type { OutgoingMessage } from './model/outbox.js'
import { SECOND_MS } from './model/time.js'
import { createOutboxDelivery, type OutboxDelivery } from './notify/deliver-outbox.js'
import type { Receivers } from './notify/receivers.js'
import { createReceiversInUse, type ReceiversInUse } from './receivers-in-use.js'
import type { Departure } from './rule/departure.js'
import type { ToldTrace } from './store/rule-store.js'
import type { Store } from './store/store.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'
import type { Spans } from './telemetry/spans.js'

export interface DeliveryOptions {
  readonly setup: DeliverySetup
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly spans: Spans
}

/** The way from what rules found to those who must know. */
export interface Delivery extends Component {
  readonly dispatcher: Dispatcher
  readonly silences: Silences
  /** The names of all who can be told. */
  receiverNames(): readonly string[]
  /**
   * Anomalies on their way: what is to be committed with the evaluation that found them. `told` are the traces that
   * count as told with it; `undone` takes back what the finder remembers of them.
   */
  depart(anomalies: readonly Anomaly[], told: readonly ToldTrace[], undone: () => void): Departure
  /** Alerts that were committed. Never throws. */
  accept: Dispatcher['accept']
  /** Tells that an entry was put into the outbox by somebody else. */
  readonly wake: () => void
  /** Goes on by what was prepared: alerts, groups, what was told, silences and the outbox stay. */
  replace(prepared: DeliveryPlan): Promise<void>
}

/** How long a stop waits for what is being delivered. */
const STOP_GRACE_MS = 5 * SECOND_MS

/** Joins dispatch, the outbox and the receivers over a store. Rejects where a receiver cannot be made. */
export async function openDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { setup, store, clock, metrics } = options
  let current = openDeliveryPlan(setup, clock)
  const receivers = createReceiversInUse(current.receivers)
  const silences = await openSilences(options)
  const outbox = createOutboxDelivery({
    ...options,
    outbox: store,
    notifiers: receivers.notifiers,
    random: Math.random,
  })
  const dispatcher = createDispatcher({
    ...options,
    plan: current.plan,
    restore: () => store.loadActive(),
    silences,
    findNotice: (...question) => store.findNotice(...question),
    flush: createFlush(store, () => receivers.now(), outbox, createRefusalLog(options)),
    sendsResolved: (name) =>
      receivers
        .now()
        .of(name)
        .some(({ notifier }) => notifier.sendResolved),
    externalUrl: () => current.externalUrl,
  })
  const keepFolded = createFoldedKeeper(options, outbox)
  const lane = createAnomalyLane({
    muters: [silences.mutes, (labels, at) => current.maintenance(labels, at)],
    windowMs: setup.config.alerting.similarMs,
    onFolded: (folded) => void keepFolded(current.encodeAnomalies(folded, clock.now())),
    clock,
    metrics,
  })

  return {
    dispatcher,
    silences,
    receiverNames: () => current.receiverNames,
    depart: (anomalies, told, undone) => {
      const judged = lane.judge(anomalies)
      return {
        told,
        outbox: current.encodeAnomalies(judged.told, clock.now()),
        committed: () => {
          judged.keep()
          for (const anomaly of anomalies) note(anomaly, options)
          outbox.wake()
        },
        undone,
      }
    },
    accept: (alerts) => dispatcher.accept(alerts),
    wake: () => outbox.wake(),
    replace: async (prepared) => {
      // Before the routes, so that nobody is counted as told by a receiver that is not there yet.
      current = prepared
      receivers.replace(prepared.receivers)
      await dispatcher.replace(prepared.plan)
    },
    start: async () => {
      await lane.start()
      await dispatcher.start()
      outbox.start()
    },
    stop: () => stopAll({ dispatcher, lane, outbox, receivers }),
  }
}

async function openSilences({ store, clock, logger }: DeliveryOptions): Promise<Silences> {
  const silences = createSilences({
    load: () => store.loadSilences(),
    save: (saved) => store.saveSilences(saved),
    createId: randomUUID,
    clock,
    logger,
  })
  await silences.load()
  return silences
}

function createFoldedKeeper({ store, clock, logger }: DeliveryOptions, outbox: OutboxDelivery) {
  return async (messages: readonly OutgoingMessage[]): Promise<void> => {
    const at = clock.now()
    await store
      .commit({ at, saved: [], removed: [], alerts: [], outbox: messages })
      .catch((error: unknown) => {
        logger.error('Anomalies that were folded could not be kept, and are not told', {
          error: String(error),
        })
      })
    outbox.wake()
  }
}

function note(anomaly: Anomaly, { logger, metrics }: Pick<DeliveryOptions, 'logger' | 'metrics'>): void {
  metrics.anomalies.inc({ type: anomaly.type })
  logger.info('Found trace anomaly', describeAnomaly(anomaly))
}

function createFlush(
  store: Store,
  receivers: () => Receivers,
  outbox: OutboxDelivery,
  tellRefused: TellRefused,
): Flush {
  return async ({ at, notification, notices, ended }) => {
    const messages = notification === undefined ? [] : receivers().encode(notification)
    const { refused } = await store.dispatch({ at, outbox: messages, notices, ended })
    tellRefused(refused)
    outbox.wake()
  }
}

interface Parts {
  readonly dispatcher: Dispatcher
  readonly lane: AnomalyLane
  readonly outbox: OutboxDelivery
  readonly receivers: ReceiversInUse
}

async function stopAll({ dispatcher, lane, outbox, receivers }: Parts): Promise<void> {
  await dispatcher.stop()
  await lane.stop()
  await outbox.stop(STOP_GRACE_MS)
  await receivers.close()
}
