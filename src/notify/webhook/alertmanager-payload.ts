import { toAlertId } from '../../model/alert-id.js'
import type { Alert } from '../../model/alert.js'
import type { LabelSet } from '../../model/label-set.js'
import type { Notification } from '../../model/notification.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cutText } from '../text/clean-text.js'
import { commonLabels } from '../text/common-labels.js'
import { encodeEach, takeFitting } from '../text/fit.js'
import { toIsoTime } from '../text/show-time.js'
import { sortFiringFirst } from '../text/sort-firing-first.js'
import { withTraces } from '../text/with-traces.js'
import { sortedObject } from './sorted-object.js'

/** What Go writes for a time that is none: an alert that fires has no end. */
const NO_TIME = '0001-01-01T00:00:00Z'

/** How much of its texts a document holds. */
interface Brevity {
  readonly longestText: number
  readonly mostLabels: number
}

/** No template makes more than this. */
const WHOLE: Brevity = { longestText: 16_384, mostLabels: Number.POSITIVE_INFINITY }
/** For a document that would be too large even with one alert. */
const SHORT: Brevity = { longestText: 256, mostLabels: 30 }

export interface PayloadOptions {
  readonly links: TemplateLinks
  /** More alerts are left out. */
  readonly mostAlerts: number
  /** For the whole text; at least 128 KiB. */
  readonly mostBytes: number
}

export interface Payload {
  readonly text: string
  readonly leftOut: number
}

/**
 * What Alertmanager's webhook sends, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config):
 * with as many alerts as fit, those that fire first, and with short texts where not even one does. Traces that prove an
 * alert stand in its annotation `exemplar_traces`, a line each.
 */
export function encodeAlertmanagerPayload(notification: Notification, options: PayloadOptions): Payload {
  const whole = encodeWith(WHOLE, notification, options)
  const isEmpty = whole.leftOut === notification.alerts.length
  return isEmpty ? encodeWith(SHORT, notification, options) : whole
}

function encodeWith(brevity: Brevity, notification: Notification, options: PayloadOptions): Payload {
  const alerts = sortFiringFirst(notification.alerts)
  const shown = alerts.slice(0, options.mostAlerts).map((alert) => ({ alert, options, brevity }))
  // What alerts have in common gets less with each one: the beginning is never longer than with one.
  const longest = Buffer.byteLength(encodeHead(notification, shown.slice(0, 1).map(showAlert), brevity))
  const told = takeFitting(encodeEach(shown, encodeAlert), options.mostBytes - longest - ENVELOPE.length)
  const head = encodeHead(notification, shown.slice(0, told.length).map(showAlert), brevity)
  return { text: `${head.slice(0, -1)},"alerts":[${told.join(',')}]}`, leftOut: alerts.length - told.length }
}

const ENVELOPE = ',"alerts":[]}'

/** The document without its alerts. */
function encodeHead(
  { alerts, groupKey, receiver, groupLabels, externalUrl, foldedNote }: Notification,
  told: readonly ShownAlert[],
  brevity: Brevity,
): string {
  return JSON.stringify({
    version: '4',
    groupKey: cutText(groupKey, brevity.longestText),
    truncatedAlerts: alerts.length - told.length,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver: cutText(receiver, brevity.longestText),
    groupLabels: sortedObject(shorten(groupLabels, brevity)),
    commonLabels: sortedObject(commonLabels(told.map(({ labels }) => labels))),
    commonAnnotations: sortedObject(commonLabels(told.map(({ annotations }) => annotations))),
    externalURL: cutText(externalUrl, brevity.longestText),
    ...(foldedNote === undefined ? {} : { note: cutText(foldedNote, brevity.longestText) }),
  })
}

interface Showing {
  readonly alert: Alert
  readonly options: PayloadOptions
  readonly brevity: Brevity
}

type ShownAlert = Pick<Alert, 'labels' | 'annotations'>

function showAlert({ alert, options: { links }, brevity }: Showing): ShownAlert {
  return { labels: shorten(alert.labels, brevity), annotations: shorten(withTraces(alert, links), brevity) }
}

function encodeAlert(showing: Showing): string {
  const { alert, brevity } = showing
  const { labels, annotations } = showAlert(showing)
  return JSON.stringify({
    status: alert.status,
    labels: sortedObject(labels),
    annotations: sortedObject(annotations),
    startsAt: toIsoTime(alert.startsAt),
    endsAt: alert.status === 'firing' ? NO_TIME : toIsoTime(alert.endsAt),
    generatorURL: cutText(alert.generatorUrl, brevity.longestText),
    fingerprint: toAlertId(alert.labels),
  })
}

function shorten(labels: LabelSet, { longestText, mostLabels }: Brevity): LabelSet {
  const kept = [...labels].slice(0, mostLabels)
  return new Map(kept.map(([name, value]) => [cutText(name, longestText), cutText(value, longestText)]))
}
