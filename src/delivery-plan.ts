import type { Config } from './config/config.js'
import type { Setup } from './config/setup/setup.js'
import { toAnomalyNotifications } from './dispatch/anomaly-notifications.js'
import { buildDispatch, type DispatchPlan } from './dispatch/build-dispatch.js'
import { createMaintenanceMuter } from './dispatch/maintenance.js'
import type { Clock } from './model/clock.js'
import type { Muter } from './model/muter.js'
import type { ToldAnomaly } from './model/notification.js'
import type { OutgoingMessage } from './model/outbox.js'
import type { Route } from './model/route.js'
import type { Timestamp } from './model/time.js'
import type { ReceiverConfig } from './notify/config.js'
import { encodeFor } from './notify/encode-for.js'
import type { Integration, Receivers } from './notify/receivers.js'
import { listReceivers, openReceivers, type OpenReceiversOptions } from './open-receivers.js'
import { resendToAlertmanagers } from './resend-routes.js'

/** What of a setup says whom to tell. */
export type DeliverySetup = Pick<Setup, 'delivery' | 'links' | 'secrets'> & {
  readonly config: Pick<Config, 'alerting'>
}

/** All of delivery that follows from a setup, ready to be used: what a reload replaces. */
export interface DeliveryPlan {
  readonly plan: DispatchPlan
  readonly receivers: Receivers
  /** Of all who can be told. */
  readonly receiverNames: readonly string[]
  readonly maintenance: Muter
  readonly encodeAnomalies: EncodeAnomalies
  /** Where people reach this tracebell; empty where that is not known. */
  readonly externalUrl: string
}

/** Makes the receivers and compiles the rest. Throws where a receiver cannot be made, and keeps none open then. */
export function openDeliveryPlan(setup: DeliverySetup, clock: Clock): DeliveryPlan {
  const opening = toOpening(setup, clock)
  const configs = listReceivers(opening)
  const receivers = openReceivers(configs, opening)
  const plan = openPlan({ settings: setup.delivery, alerting: setup.config.alerting }, receivers)
  const externalUrl = opening.links.externalUrl?.href ?? ''
  return {
    plan,
    receivers,
    receiverNames: namesOf(plan.route, configs),
    maintenance: createMaintenanceMuter(plan.maintenanceWindows),
    encodeAnomalies: createAnomalyEncoder(receivers.integrations, externalUrl),
    externalUrl,
  }
}

function toOpening(
  { config, delivery, links = {}, secrets = {} }: DeliverySetup,
  clock: Clock,
): OpenReceiversOptions {
  return { alerting: config.alerting, settings: delivery, links, environment: secrets, clock }
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
  {
    settings,
    alerting,
  }: Pick<OpenReceiversOptions, 'settings'> & {
    readonly alerting: Pick<Config['alerting'], 'maintenance'>
  },
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

/** The messages in which every receiver of anomalies is told of these. */
export type EncodeAnomalies = (anomalies: readonly ToldAnomaly[], at: Timestamp) => readonly OutgoingMessage[]

export function createAnomalyEncoder(
  integrations: readonly Integration[],
  externalUrl: string,
): EncodeAnomalies {
  return (anomalies, at) =>
    integrations.flatMap((integration) => {
      const { receiver, notifier } = integration
      if (notifier.lane !== 'anomalies') return []
      const to = { receiver, batch: notifier.batch, externalUrl }
      const notifications = toAnomalyNotifications(anomalies, at, to)
      return notifications.flatMap((notification) => encodeFor(integration, notification))
    })
}
