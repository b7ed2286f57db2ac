import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { RenderNotification } from '../../template/create-notification-renderer.js'
import { renderFitting } from '../text/render-fitting.js'
import { encodeAlertmanager, type FormatOptions } from './encode-alertmanager.js'

export interface TemplateOptions extends FormatOptions {
  readonly template: string
  readonly contentType: string
  readonly render: RenderNotification
}

/** What the user's template makes of a notification; where it fails, Alertmanager's document, as nothing may be lost. */
export function encodeTemplate(notification: Notification, options: TemplateOptions): Message {
  const { template, contentType } = options
  const rendered = renderFitting(template, notification, options)
  if (rendered !== undefined)
    return { contentType, body: rendered.text, facts: {}, leftOut: rendered.leftOut }
  const message = encodeAlertmanager(notification, options)
  return { ...message, facts: { template: 'failed' } }
}
