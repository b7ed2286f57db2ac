import type { Alert } from '../../model/alert.js'
import type { LabelSet } from '../../model/label-set.js'
import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cutText } from '../text/clean-text.js'
import { fit } from '../text/fit.js'
import { toHttpLink } from '../text/http-link.js'
import { toIsoTime } from '../text/show-time.js'
import { withTraces } from '../text/with-traces.js'
import { sortFiringFirst } from '../webhook/alertmanager-payload.js'
import { sortedObject } from '../webhook/sorted-object.js'
import { sanitizeLabels } from './sanitize-labels.js'

const MOST_BYTES = 8 * 1024 * 1024
const LONGEST_SHORT = 256

export interface AlertmanagerOptions {
  readonly links: TemplateLinks
  readonly utf8Labels: boolean
}

/**
 * The alerts as Prometheus posts them to `/api/v2/alerts`. The end of an alert that fires is when it would end if nobody
 * said more. What would be more than 8 MiB is sent with short annotations; only what is still too much is left out.
 */
export function encodeAlerts(notification: Notification, options: AlertmanagerOptions): Message {
  const alerts = sortFiringFirst(notification.alerts)
  const encode = (longest: number) => (count: number) =>
    JSON.stringify(alerts.slice(0, count).map((alert) => toPosted(alert, options, longest)))
  const whole = fit(alerts.length, MOST_BYTES, encode(Number.POSITIVE_INFINITY))
  const { text, leftOut } =
    whole.leftOut === 0 ? whole : fit(alerts.length, MOST_BYTES, encode(LONGEST_SHORT))
  return { contentType: 'application/json', body: text, facts: {}, leftOut }
}

function toPosted(alert: Alert, { links, utf8Labels }: AlertmanagerOptions, longest: number): object {
  const name = utf8Labels ? (labels: LabelSet): LabelSet => labels : sanitizeLabels
  const generatorURL = toHttpLink(alert.generatorUrl)
  return {
    labels: sortedObject(withoutEmpty(name(alert.labels))),
    annotations: sortedObject(shorten(name(withTraces(alert, links)), longest)),
    startsAt: toIsoTime(alert.startsAt),
    endsAt: toIsoTime(alert.endsAt),
    // Alertmanager refuses a text that is no address.
    ...(generatorURL === undefined ? {} : { generatorURL }),
  }
}

/** To Alertmanager an empty label is none; and a name that is empty would make it refuse the alert. */
function withoutEmpty(labels: LabelSet): LabelSet {
  return new Map([...labels].filter(([name, value]) => name !== '' && value !== ''))
}

function shorten(annotations: LabelSet, longest: number): LabelSet {
  if (longest === Number.POSITIVE_INFINITY) return annotations
  return new Map([...annotations].map(([name, value]) => [name, cutText(value, longest)]))
}
