import type { Alert } from '../../model/alert.js'
import type { Notification } from '../../model/notification.js'
import type { NotificationFacts, RenderNotification } from '../../template/create-notification-renderer.js'
import { toWellFormed } from './clean-text.js'
import { commonLabels } from './common-labels.js'
import { sortFiringFirst } from './sort-firing-first.js'

export interface RenderFittingOptions {
  readonly render: RenderNotification
  /** Makes values such as the medium shows them as they are. */
  readonly escape?: ((text: string) => string) | undefined
  /** No more alerts than these are shown to the template; 0 for no limit of the user's. */
  readonly maxAlerts?: number
}

/** What a template made. */
export interface Rendered {
  readonly text: string
  /** How many alerts it was not shown. */
  readonly leftOut: number
}

/** A template sees no more than these, as it could show no more either. */
const MOST_ALERTS = 1000

/**
 * What the user's template makes of a notification. Where that would be too much, of half of its alerts, and so on; undefined
 * where the template fails even with one.
 */
export function renderFitting(
  template: string,
  notification: Notification,
  { render, escape, maxAlerts = 0 }: RenderFittingOptions,
): Rendered | undefined {
  const most = Math.min(notification.alerts.length, MOST_ALERTS, maxAlerts === 0 ? MOST_ALERTS : maxAlerts)
  for (let count = most; count > 0; count = Math.floor(count / 2)) {
    try {
      const text = render(template, factsOf(notification, count), escape)
      return { text: toWellFormed(text), leftOut: notification.alerts.length - count }
    } catch {
      // It may be well with fewer.
    }
  }
  return undefined
}

type FactsByCount = Map<number, NotificationFacts>
/** Made once for all templates of a receiver. */
const FACTS = new WeakMap<Notification, FactsByCount>()

/** What a template is shown: the first so many alerts. */
function factsOf(notification: Notification, count: number): NotificationFacts {
  const known: FactsByCount = FACTS.get(notification) ?? new Map()
  FACTS.set(notification, known)
  const alerts = sortFiringFirst(notification.alerts).slice(0, count)
  const facts = known.get(count) ?? toFacts(notification, alerts)
  known.set(count, facts)
  return facts
}

function toFacts(notification: Notification, alerts: readonly Alert[]): NotificationFacts {
  return {
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    receiver: notification.receiver,
    alerts,
    groupLabels: notification.groupLabels,
    commonLabels: commonLabels(alerts.map(({ labels }) => labels)),
    commonAnnotations: commonLabels(alerts.map(({ annotations }) => annotations)),
    groupKey: notification.groupKey,
    note: notification.foldedNote ?? '',
    externalUrl: notification.externalUrl,
  }
}
