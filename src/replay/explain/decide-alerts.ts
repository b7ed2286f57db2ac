import { decideRoute } from '../../decide-route.js'
import type { Explanation as Decision } from '../../dispatch/explain.js'
import type { AlertInstance } from '../../model/alert-instance.js'
import type { Silence } from '../../model/silence.js'
import type { Clock } from '../../model/clock.js'
import { openRehearsed, type DispatchSettings } from '../delivery/open-rehearsed.js'
import type { Explanation } from './explanation.js'

/** What becomes of an alert that fires or is pending. */
export interface DecidedAlert {
  readonly alert: AlertInstance
  readonly decision: Decision
}

/**
 * Who would be told of the alerts of a rule at the moment that is explained, as if no other rule's alert fired; undefined
 * where the settings name nobody.
 */
export function decideAlerts(
  { history, at }: Explanation,
  settings: DispatchSettings,
  { silences, clock }: { readonly silences: readonly Silence[]; readonly clock: Clock },
): readonly DecidedAlert[] | undefined {
  const opened = openRehearsed(settings, clock)
  if (opened === undefined) return undefined
  const alerts = [...(history.evaluations.at(-1)?.status.alerts.values() ?? [])]
  return alerts
    .filter(({ state }) => state !== 'inactive')
    .map((alert) => ({ alert, decision: decideRoute(opened.plan, alert.labels, at, silences) }))
}
