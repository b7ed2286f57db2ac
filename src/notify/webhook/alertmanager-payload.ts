import type { Alert } from '../../model/alert.js'
import type { LabelSet } from '../../model/label-set.js'
import type { Notification } from '../../model/notification.js'
import type { TemplateLinks } from '../../template/template-links.js'
import { cutText, toWellFormed } from '../text/clean-text.js'
import { commonLabels } from '../text/common-labels.js'
import { toIsoTime } from '../text/show-time.js'
import { withTraces } from '../text/with-traces.js'
import { toAlertId } from '../../model/alert-id.js'
import { sortedObject } from './sorted-object.js'

/** What Go writes for a time that is none: an alert that fires has no end. */
const NO_TIME = '0001-01-01T00:00:00Z'
/** As much of a text as a document that must be small holds. */
const LONGEST_SHORT = 256

export interface PayloadOptions {
  readonly links: TemplateLinks
  /** How many alerts are in it; those that fire come first. */
  readonly alerts: number
  /** Whether texts are cut, for a document that would be too large even with few alerts. */
  readonly short: boolean
}

/**
 * What Alertmanager's webhook sends, version 4 (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config).
 * Traces that prove an alert stand in its annotation `exemplar_traces`, a line each.
 */
export function toAlertmanagerPayload(notification: Notification, options: PayloadOptions): object {
  const shorten = options.short ? shortenValues : (labels: LabelSet): LabelSet => labels
  const all = sortFiringFirst(notification.alerts)
  const told = all.slice(0, options.alerts).map((alert) => ({
    ...alert,
    labels: shorten(alert.labels),
    annotations: shorten(withTraces(alert, options.links)),
  }))
  return {
    version: '4',
    groupKey: toWellFormed(
      options.short ? cutText(notification.groupKey, LONGEST_SHORT) : notification.groupKey,
    ),
    truncatedAlerts: all.length - told.length,
    status: all.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver: toWellFormed(notification.receiver),
    groupLabels: sortedObject(shorten(notification.groupLabels)),
    commonLabels: sortedObject(commonLabels(told.map(({ labels }) => labels))),
    commonAnnotations: sortedObject(commonLabels(told.map(({ annotations }) => annotations))),
    externalURL: toWellFormed(notification.externalUrl),
    ...(notification.foldedNote === undefined ? {} : { note: toWellFormed(notification.foldedNote) }),
    alerts: told.map(encodeAlert),
  }
}

/** Alerts in the order in which they are told when not all can be. */
export function sortFiringFirst(alerts: readonly Alert[]): readonly Alert[] {
  return alerts.toSorted((a, b) => Number(b.status === 'firing') - Number(a.status === 'firing'))
}

function encodeAlert(alert: Alert): object {
  return {
    status: alert.status,
    labels: sortedObject(alert.labels),
    annotations: sortedObject(alert.annotations),
    startsAt: toIsoTime(alert.startsAt),
    endsAt: alert.status === 'firing' ? NO_TIME : toIsoTime(alert.endsAt),
    generatorURL: toWellFormed(alert.generatorUrl),
    fingerprint: toAlertId(alert.labels),
  }
}

const MOST_LABELS = 30

function shortenValues(labels: LabelSet): LabelSet {
  const kept = [...labels].slice(0, MOST_LABELS)
  return new Map(kept.map(([name, value]) => [cutText(name, LONGEST_SHORT), cutText(value, LONGEST_SHORT)]))
}
