import { toAlertId } from '../../model/alert-id.js'
import { parseAlertFilter, type AlertFilter } from './alert-filter.js'
import { refused } from './alertmanager-error.js'
import { encodeAlert, encodeLabels, toAlertStatus } from './encode-alert.js'
import { compareLabels } from './label-order.js'
import type { ShownAlert, ShownGroup } from '../../dispatch/show-dispatch.js'
import type { AlertmanagerApiOptions } from './options.js'

/** More would take too much memory at once. */
export const MOST_ALERTS = 20_000

/** The answer to `/api/v2/alerts`, in the order of their fingerprints. */
export function answerAlerts(options: AlertmanagerApiOptions, params: URLSearchParams): readonly object[] {
  const filter = parseAlertFilter(params, options)
  const chosen = options
    .alerts()
    .filter((shown) => isWanted(shown, filter) && shown.receivers.some((name) => filter.receiver(name)))
  checkCount(chosen.length)
  return chosen
    .map((shown) => ({ id: toAlertId(shown.alert.labels), shown }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ shown }) => encodeAlert(shown))
}

/** The answer to `/api/v2/alerts/groups`: groups of which an alert is wanted, with those that are. */
export function answerGroups(options: AlertmanagerApiOptions, params: URLSearchParams): readonly object[] {
  const filter = parseAlertFilter(params, options)
  const groups = options
    .groups()
    .filter(({ receiver }) => filter.receiver(receiver))
    .map((group) => ({ ...group, alerts: group.alerts.filter((shown) => isWanted(shown, filter)) }))
    .filter(({ alerts }) => alerts.length > 0)
  checkCount(groups.reduce((sum, { alerts }) => sum + alerts.length, 0))
  return groups.toSorted(compareGroups).map(encodeGroup)
}

function isWanted(shown: ShownAlert, filter: AlertFilter): boolean {
  return filter.labels(shown.alert.labels) && filter.status(toAlertStatus(shown))
}

function checkCount(count: number): void {
  if (count <= MOST_ALERTS) return
  throw refused(
    422,
    `the answer would hold ${count} alerts, and the most is ${MOST_ALERTS}: ask for fewer by filter or receiver`,
  )
}

function compareGroups(a: ShownGroup, b: ShownGroup): number {
  return compareLabels(a.labels, b.labels) || (a.receiver < b.receiver ? -1 : 1)
}

function encodeGroup({ alerts, labels, receiver }: ShownGroup): object {
  return {
    alerts: alerts.toSorted((a, b) => compareLabels(a.alert.labels, b.alert.labels)).map(encodeAlert),
    labels: encodeLabels(labels),
    receiver: { name: receiver },
  }
}
