import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { fit } from '../text/fit.js'
import { toAlertmanagerPayload } from './alertmanager-payload.js'

const MOST_BYTES = 1024 * 1024

export interface FormatOptions {
  readonly links: TemplateLinks
  /** More alerts than this are left out; 0 for no limit but that of the size. */
  readonly maxAlerts: number
}

/** Puts Alertmanager's payload into an envelope, as text. */
export type Envelope = (payload: object) => object

/**
 * A document with Alertmanager's payload in it, of at most 1 MiB: with as many alerts as fit, and with short texts where
 * not even one does.
 */
export function encodePayload(
  notification: Notification,
  { links, maxAlerts }: FormatOptions,
  envelope: Envelope = (payload) => payload,
): Pick<Message, 'body' | 'leftOut'> {
  const all = notification.alerts.length
  const most = maxAlerts === 0 ? all : Math.min(all, maxAlerts)
  const encode = (short: boolean) => (alerts: number) =>
    JSON.stringify(envelope(toAlertmanagerPayload(notification, { links, alerts, short })))
  const whole = fit(most, MOST_BYTES, encode(false))
  const { text, leftOut } = whole.leftOut === most ? fit(most, MOST_BYTES, encode(true)) : whole
  return { body: text, leftOut: leftOut + all - most }
}

/** Alertmanager's own document. */
export function encodeAlertmanager(notification: Notification, options: FormatOptions): Message {
  return { contentType: 'application/json', facts: {}, ...encodePayload(notification, options) }
}
