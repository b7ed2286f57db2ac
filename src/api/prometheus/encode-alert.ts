import type { AlertInstance, FiringAlert, PendingAlert } from '../../model/alert-instance.js'
import type { LabelSet } from '../../model/label-set.js'
import type { RuleStatus } from '../../rule/group-status.js'
import { encodeTime } from './encode-time.js'
import { encodeValue } from './encode-value.js'

type ActiveAlert = PendingAlert | FiringAlert

/** What is pending or fires of a rule, ordered by its labels. */
export function encodeAlerts({ alerts }: Pick<RuleStatus, 'alerts'>): object[] {
  return [...alerts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, alert]) => (isActive(alert) ? [encodeAlert(alert)] : []))
}

function isActive(alert: AlertInstance): alert is ActiveAlert {
  return alert.state !== 'inactive'
}

/** One alert in Prometheus' shape; `traces`, the ids of its newest traces, is our own. */
function encodeAlert(alert: ActiveAlert): object {
  const keepFiringSince = alert.state === 'firing' ? alert.keepFiringSince : undefined
  return {
    labels: encodeLabels(alert.labels),
    annotations: encodeLabels(alert.annotations),
    state: alert.state,
    activeAt: encodeTime(alert.activeAt),
    ...(keepFiringSince === undefined ? {} : { keepFiringSince: encodeTime(keepFiringSince) }),
    value: encodeValue(alert.value),
    traces: alert.exemplars.map(({ traceId }) => traceId),
  }
}

/** In the order of their names, as Prometheus has it. No name can reach a prototype. */
export function encodeLabels(labels: LabelSet): object {
  return Object.fromEntries([...labels].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
