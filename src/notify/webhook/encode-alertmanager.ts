import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { encodeAlertmanagerPayload, type Payload } from './alertmanager-payload.js'

const MOST_BYTES = 1000 * 1024

export interface FormatOptions {
  readonly links: TemplateLinks
  /** More alerts than this are left out; 0 for no limit but that of the size. */
  readonly maxAlerts: number
}

/** Alertmanager's document, of at most 1,000 KiB. */
export function encodePayload(notification: Notification, { links, maxAlerts }: FormatOptions): Payload {
  const mostAlerts = maxAlerts === 0 ? notification.alerts.length : maxAlerts
  return encodeAlertmanagerPayload(notification, { links, mostAlerts, mostBytes: MOST_BYTES })
}

/** The same as a message. */
export function encodeAlertmanager(notification: Notification, options: FormatOptions): Message {
  const { text, leftOut } = encodePayload(notification, options)
  return { contentType: 'application/json', body: text, facts: {}, leftOut }
}
