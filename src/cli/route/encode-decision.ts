import { formatMatchers } from '../../model/format-matchers.js'
import { describeMute, type ExplainedRoute, type Explanation } from '../../decide-route.js'

/** Those who would be told, each once. */
export function receiversOf({ routes }: Explanation): readonly string[] {
  return [...new Set(routes.map(({ route }) => route.receiver))]
}

/** A decision as JSON. */
export function encodeDecision(decision: Explanation): object {
  return {
    receivers: receiversOf(decision),
    path: decision.path.map(({ route, depth, outcome }) => ({
      depth,
      matchers: formatMatchers(route.matchers),
      receiver: route.receiver,
      continue: route.continue,
      outcome,
    })),
    routes: decision.routes.map(encodeRoute),
  }
}

function encodeRoute({ route, groupKey, groupLabels, mutes }: ExplainedRoute): object {
  return {
    key: route.key,
    receiver: route.receiver,
    groupKey,
    groupLabels: Object.fromEntries(groupLabels),
    groupWaitMs: route.groupWaitMs,
    groupIntervalMs: route.groupIntervalMs,
    repeatIntervalMs: route.repeatIntervalMs,
    mutes: mutes.map(describeMute),
  }
}
