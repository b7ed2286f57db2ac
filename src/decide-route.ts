import type { DispatchPlan } from './dispatch/build-dispatch.js'
import { explainLabels, type Explanation } from './dispatch/explain.js'
import { createInhibitor } from './dispatch/inhibitor.js'
import { createMaintenanceMuter } from './dispatch/maintenance.js'
import { compileRoutes } from './dispatch/match-routes.js'
import { describeMute } from './dispatch/describe-mute.js'
import { createSilenceIndex } from './dispatch/silence-index.js'
import type { LabelSet } from './model/label-set.js'
import { silenceStateAt, type Silence } from './model/silence.js'
import type { Timestamp } from './model/time.js'

export { describeMute }
export type { DispatchPlan }

/**
 * Who would be told of an alert with these labels at a moment, by a plan alone: with no silences but those that are given,
 * and as if no other alert fired.
 */
export function decideRoute(
  plan: DispatchPlan,
  labels: LabelSet,
  at: Timestamp,
  silences: readonly Silence[] = [],
): Explanation {
  const index = createSilenceIndex()
  silences.forEach((silence) => index.put(silence))
  return explainLabels(labels, {
    root: compileRoutes(plan.route),
    inhibitor: createInhibitor(plan.inhibitRules),
    intervals: new Map(plan.timeIntervals.map((interval) => [interval.name, interval])),
    maintenance: createMaintenanceMuter(plan.maintenanceWindows),
    silences: {
      matching: (each) => index.find(each).filter((silence) => silenceStateAt(silence, at) === 'active'),
    },
    at,
    find: () => undefined,
    dueAt: () => undefined,
  })
}
