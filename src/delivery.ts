import { randomUUID } from 'node:crypto'
import type { DeliverySettings } from './config/settings/read-delivery.js'
import type { AlertingConfig } from './config/config.js'
import { createAnomalyLane, type AnomalyLane } from './dispatch/anomaly-lane.js'
import { toAnomalyNotifications } from './dispatch/anomaly-notifications.js'
import { buildDispatch, type DispatchPlan } from './dispatch/build-dispatch.js'
import { createDispatcher, type Dispatcher } from './dispatch/dispatcher.js'
import { createMaintenanceMuter } from './dispatch/maintenance.js'
import { createSilences, type Silences } from './dispatch/silences.js'
import type { Anomaly } from './model/anomaly.js'
import type { Clock } from './model/clock.js'
import type { Component } from './model/component.js'
import type { Flush } from './model/flush.js'
import type { ToldAnomaly } from './model/notification.js'
import type { Route } from './model/route.js'
import type { OutgoingMessage } from './model/outbox.js'
import { SECOND_MS, type Timestamp } from './model/time.js'
import { createOutboxDelivery, type OutboxDelivery } from './notify/deliver-outbox.js'
import { encodeFor } from './notify/encode-for.js'
import type { ReceiverConfig } from './notify/config.js'
import type { Integration, Receivers } from './notify/receivers.js'
import { listReceivers, openReceivers } from './open-receivers.js'
import { resendToAlertmanagers } from './resend-routes.js'
import type { Departure } from './rule/departure.js'
import type { ToldTrace } from './store/rule-store.js'
import type { Store } from './store/store.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'
import type { Spans } from './telemetry/spans.js'
import type { TemplateLinks } from './template/template-links.js'
import { describeAnomaly } from './describe-anomaly.js'

export interface DeliveryOptions {
  readonly alerting: Pick<AlertingConfig, 'webhookUrl' | 'batch' | 'similarMs' | 'maintenance'>
  /** Whom the settings name; undefined where they name nobody. */
  readonly settings: DeliverySettings | undefined
  readonly links: TemplateLinks
  /** Where receivers find their secrets. */
  readonly environment: Readonly<Record<string, string | undefined>>
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
  readonly receiverNames: readonly string[]
  /**
   * Anomalies on their way: what is to be committed with the evaluation that found them. `told` are the traces that
   * count as told with it; `undone` takes back what the finder remembers of them.
   */
  depart(anomalies: readonly Anomaly[], told: readonly ToldTrace[], undone: () => void): Departure
  /** Alerts that were committed. Never throws. */
  accept: Dispatcher['accept']
  /** Tells that an entry was put into the outbox by somebody else. */
  readonly wake: () => void
}

/** How long a stop waits for what is being delivered. */
const STOP_GRACE_MS = 5 * SECOND_MS

/** Joins dispatch, the outbox and the receivers over a store. Rejects where a receiver cannot be made. */
export async function openDelivery(options: DeliveryOptions): Promise<Delivery> {
  const { store, clock, logger, metrics, links } = options
  const externalUrl = links.externalUrl?.href ?? ''
  const configs = listReceivers(options)
  const receivers = openReceivers(configs, options)
  const silences = createSilences({
    load: () => store.loadSilences(),
    save: (saved) => store.saveSilences(saved),
    createId: randomUUID,
    clock,
    logger,
  })
  await silences.load()
  const outbox = createOutboxDelivery({
    ...options,
    outbox: store,
    notifiers: receivers.notifiers,
    random: Math.random,
  })
  const plan = openPlan(options, receivers)
  const dispatcher = createDispatcher({
    ...options,
    plan,
    restore: () => store.loadActive(),
    silences,
    findNotice: (...question) => store.findNotice(...question),
    flush: createFlush(store, receivers, outbox),
    sendsResolved: (name) => receivers.of(name).some(({ notifier }) => notifier.sendResolved),
    externalUrl,
  })
  const encode = createAnomalyEncoder(receivers.integrations, externalUrl)
  const lane = createAnomalyLane({
    muters: [silences.mutes, createMaintenanceMuter(plan.maintenanceWindows)],
    windowMs: options.alerting.similarMs,
    onFolded: (folded) => void keepFolded(encode(folded, clock.now())),
    clock,
    metrics,
  })

  async function keepFolded(messages: readonly OutgoingMessage[]): Promise<void> {
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

  return {
    dispatcher,
    silences,
    receiverNames: namesOf(plan.route, configs),
    depart: (anomalies, told, undone) => {
      const judged = lane.judge(anomalies)
      return {
        told,
        outbox: encode(judged.told, clock.now()),
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
    start: async () => {
      await lane.start()
      await dispatcher.start()
      outbox.start()
    },
    stop: () => stopAll({ dispatcher, lane, outbox, receivers }),
  }
}

function note(anomaly: Anomaly, { logger, metrics }: Pick<DeliveryOptions, 'logger' | 'metrics'>): void {
  metrics.anomalies.inc({ type: anomaly.type })
  logger.info('Found trace anomaly', describeAnomaly(anomaly))
}

/** With the one that stands in where nobody is named. */
function namesOf({ receiver }: Route, configs: readonly ReceiverConfig[]): readonly string[] {
  return [...new Set([receiver, ...configs.map(({ name }) => name)])]
}

/** Where nobody is named alerts are still kept, shown and silenced. */
function planForNobody(): DispatchPlan {
  const plan = buildDispatch({ receivers: [{ name: 'nobody' }] })
  if (plan === undefined) throw new Error('there is no plan')
  return plan
}

/** With the maintenance windows that a variable names, and as often as each kind of receiver must be told. */
export function openPlan(
  { settings, alerting }: Pick<DeliveryOptions, 'settings' | 'alerting'>,
  receivers: Pick<Receivers, 'of'>,
): DispatchPlan {
  const plan = settings?.plan ?? planForNobody()
  const isAlertmanager = (name: string): boolean => {
    const integrations = receivers.of(name)
    return integrations.length > 0 && integrations.every(({ kind }) => kind === 'alertmanager')
  }
  return {
    ...plan,
    route: resendToAlertmanagers(plan.route, isAlertmanager),
    maintenanceWindows: [...plan.maintenanceWindows, ...alerting.maintenance],
  }
}

function createFlush(store: Store, receivers: Receivers, outbox: OutboxDelivery): Flush {
  return async ({ at, notification, notices, ended }) => {
    const messages = notification === undefined ? [] : receivers.encode(notification)
    await store.dispatch({ at, outbox: messages, notices, ended })
    outbox.wake()
  }
}

/** The messages in which every receiver of anomalies is told of these. */
export function createAnomalyEncoder(integrations: readonly Integration[], externalUrl: string) {
  return (anomalies: readonly ToldAnomaly[], at: Timestamp): readonly OutgoingMessage[] =>
    integrations.flatMap((integration) => {
      const { receiver, notifier } = integration
      if (notifier.lane !== 'anomalies') return []
      const notifications = toAnomalyNotifications(anomalies, at, {
        receiver,
        batch: notifier.batch,
        externalUrl,
      })
      return notifications.flatMap((notification) => encodeFor(integration, notification))
    })
}

interface Parts {
  readonly dispatcher: Dispatcher
  readonly lane: AnomalyLane
  readonly outbox: OutboxDelivery
  readonly receivers: Receivers
}

async function stopAll({ dispatcher, lane, outbox, receivers }: Parts): Promise<void> {
  await dispatcher.stop()
  await lane.stop()
  await outbox.stop(STOP_GRACE_MS)
  await receivers.close()
}
