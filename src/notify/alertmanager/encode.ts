import type { Alert } from '../../model/alert.js'
import type { LabelSet } from '../../model/label-set.js'
import type { Message } from '../../model/message.js'
import type { Notification } from '../../model/notification.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cutText } from '../text/clean-text.js'
import { encodeEach, takeFitting } from '../text/fit.js'
import { toHttpLink } from '../text/http-link.js'
import { toIsoTime } from '../text/show-time.js'
import { sortFiringFirst } from '../text/sort-firing-first.js'
import { withTraces } from '../text/with-traces.js'
import { sortedObject } from '../webhook/sorted-object.js'
import { type FiringFacts, toFacts } from './renew-ends.js'
import { sanitizeLabels } from './sanitize-labels.js'

const MOST_BYTES = 8 * 1024 * 1024
const BRACKETS = 2
/** No template makes more than this. */
const LONGEST_WHOLE = 16_384
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
  const encode = (longest: number): readonly string[] =>
    takeFitting(
      encodeEach(alerts, (alert) => JSON.stringify(toPosted(alert, options, longest))),
      MOST_BYTES - BRACKETS,
    )
  const whole = encode(LONGEST_WHOLE)
  const told = whole.length === alerts.length ? whole : encode(LONGEST_SHORT)
  return {
    contentType: 'application/json',
    body: `[${told.join(',')}]`,
    facts: toFacts(findFiring(alerts.slice(0, told.length))),
    leftOut: alerts.length - told.length,
  }
}

function findFiring(told: readonly Alert[]): FiringFacts {
  const firing = told.filter(({ status }) => status === 'firing')
  return {
    firing: firing.length,
    until: firing.reduce((least, { endsAt }) => Math.min(least, endsAt), Number.POSITIVE_INFINITY),
  }
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
  return new Map([...annotations].map(([name, value]) => [cutText(name, longest), cutText(value, longest)]))
}
