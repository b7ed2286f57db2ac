import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { RenderNotification } from '../../template/create-notification-renderer.js'
import { toWellFormed } from '../text/clean-text.js'
import { commonLabels } from '../text/common-labels.js'
import { sortFiringFirst } from './alertmanager-payload.js'
import { encodeAlertmanager, type FormatOptions } from './encode-alertmanager.js'

export interface TemplateOptions extends FormatOptions {
  readonly template: string
  readonly contentType: string
  readonly render: RenderNotification
}

/** A template sees no more than these, as it could show no more either. */
const MOST_ALERTS = 1000

/**
 * What the user's template makes of a notification. Where that would be too much, of half of its alerts, and so on; where
 * the template fails even with one, Alertmanager's document is sent, as nothing may be lost.
 */
export function encodeTemplate(notification: Notification, options: TemplateOptions): Message {
  const { template, contentType, render, maxAlerts } = options
  const all = sortFiringFirst(notification.alerts)
  const most = Math.min(all.length, MOST_ALERTS, maxAlerts === 0 ? MOST_ALERTS : maxAlerts)
  for (let count = most; count > 0;) {
    const body = tryRender(render, template, notification, all.slice(0, count))
    if (body !== undefined) return { contentType, body, facts: {}, leftOut: all.length - count }
    count = Math.floor(count / 2)
  }
  const message = encodeAlertmanager(notification, options)
  return { ...message, facts: { template: 'failed' } }
}

function tryRender(
  render: RenderNotification,
  template: string,
  notification: Notification,
  alerts: Notification['alerts'],
): string | undefined {
  try {
    const text = render(template, {
      status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
      receiver: notification.receiver,
      alerts,
      groupLabels: notification.groupLabels,
      commonLabels: commonLabels(alerts.map(({ labels }) => labels)),
      commonAnnotations: commonLabels(alerts.map(({ annotations }) => annotations)),
      groupKey: notification.groupKey,
      note: notification.foldedNote ?? '',
      externalUrl: notification.externalUrl,
    })
    return toWellFormed(text)
  } catch {
    return undefined
  }
}
