import type { Clock } from '../model/clock.js'
import type { Message } from '../model/message.js'
import type { AnomalyNotification, Notification } from '../model/notification.js'
import type { Untraced } from '../telemetry/untraced.js'
import type { TemplateLinks } from '../template/template-links.js'
import type { RenderNotification } from '../template/create-notification-renderer.js'
import type { SecretReader } from './secret/secret.js'

/** One attempt to deliver. */
export interface Delivery {
  /** The same for every attempt. */
  readonly idempotencyKey: string
  /** 1 for the first. */
  readonly attempt: number
  readonly signal: AbortSignal
}

interface NotifierCommon {
  /** Whether the ends of alerts are told. */
  readonly sendResolved: boolean
  /** Resolves when the far end has taken the message; rejects with a `DeliveryError` where it has not. */
  deliver(message: Message, delivery: Delivery): Promise<void>
  /** Lets go of connections. */
  close(): Promise<void>
}

/** One way to reach people with alerts. */
export interface AlertNotifier extends NotifierCommon {
  readonly lane: 'alerts'
  /** Whether it needs to know only how alerts are now, so that a newer message that says the same replaces one that waits. */
  readonly latestOnly?: boolean
  /** The message for a notification: pure, of bounded size, and never throws whatever alerts say. */
  encode(notification: Notification): Message
}

/** One way to tell of each anomaly. */
export interface AnomalyNotifier extends NotifierCommon {
  readonly lane: 'anomalies'
  /** Whether one message may hold many anomalies. */
  readonly batch: boolean
  /** The message for anomalies: of one, where it does not batch. */
  encode(notification: AnomalyNotification): Message
}

export type Notifier = AlertNotifier | AnomalyNotifier

/** What the parts of the engine hand to notifiers. */
export interface NotifierSurroundings {
  readonly clock: Clock
  readonly untraced: Untraced
  /** `tracebell/` and the version. */
  readonly userAgent: string
  readonly secrets: SecretReader
  /** Where people look at traces. */
  readonly links: TemplateLinks
  /** Fills in the templates of users. */
  readonly render: RenderNotification
  /** Whether local programs may be started. */
  readonly allowExec: boolean
}
