import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import { cleanLine } from '../text/clean-text.js'
import { digestOf } from '../text/digest-of.js'
import { toHttpLink } from '../text/http-link.js'
import { toIsoTime } from '../text/show-time.js'
import { encodePayload, type FormatOptions } from './encode-alertmanager.js'

const LONGEST_SUBJECT = 500

/**
 * A CloudEvent 1.0 in structured mode (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md), with
 * Alertmanager's document as its data. `id` is the same for every repeat.
 */
export function encodeCloudEvent(notification: Notification, options: FormatOptions): Message {
  const { text, leftOut } = encodePayload(notification, options)
  const attributes = JSON.stringify(toAttributes(notification))
  return {
    contentType: 'application/cloudevents+json; charset=utf-8',
    body: `${attributes.slice(0, -1)},"data":${text}}`,
    facts: {},
    leftOut,
  }
}

function toAttributes(notification: Notification): object {
  const firing = notification.alerts.some(({ status }) => status === 'firing')
  const subject = cleanLine(notification.groupKey, LONGEST_SUBJECT)
  return {
    specversion: '1.0',
    id: toId(notification.idempotencyKey),
    source: toSource(notification.externalUrl),
    type: `tracebell.alerts.${firing ? 'firing' : 'resolved'}`,
    ...(subject === '' ? {} : { subject }),
    time: toIsoTime(notification.at),
    datacontenttype: 'application/json',
  }
}

/** Control characters are not allowed in an attribute, and an id may not be empty. */
function toId(key: string): string {
  return /^[\x21-\x7e]{1,200}$/.test(key) ? key : digestOf(key)
}

function toSource(externalUrl: string): string {
  return toHttpLink(externalUrl) ?? 'urn:tracebell'
}
