import type {
  AlertFacts,
  AlertInstance,
  FiringAlert,
  PendingAlert,
  ResolvedAlert,
} from '../model/alert-instance.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'

/**
 * What an evaluation says of one alert. `lingers`: the condition holds no more, but its value is not yet what
 * `resolve_when` asks for. `unknown`: the evaluation failed or saw only a part.
 */
export type Seen =
  | { readonly kind: 'holds' | 'lingers'; readonly facts: AlertFacts }
  | { readonly kind: 'ended' | 'unknown' }

type Spans = Pick<AlertingRule, 'forMs' | 'keepFiringForMs'>

/** How long an alert that has ended is kept, and sent again, so that no receiver misses the end. */
export const RESOLVED_RETENTION_MS = 15 * MINUTE_MS

/**
 * The next state of one alert, as Prometheus has it; undefined where it is inactive and nobody need hear of it any more.
 *
 * A moment that lies in the future means that the clock was set back: what waits for it counts from now on.
 */
export function stepAlert(
  alert: AlertInstance | undefined,
  seen: Seen,
  at: Timestamp,
  rule: Spans,
): AlertInstance | undefined {
  switch (seen.kind) {
    case 'holds':
      return hold(alert, seen.facts, at, rule)
    case 'lingers':
      return alert?.state === 'firing' ? goOn(alert, seen.facts) : end(alert, at, rule)
    case 'ended':
      return end(alert, at, rule)
    case 'unknown':
      return forgetOld(alert, at)
  }
}

function hold(
  alert: AlertInstance | undefined,
  facts: AlertFacts,
  at: Timestamp,
  rule: Spans,
): AlertInstance {
  if (alert?.state === 'firing') return goOn(alert, facts)
  const activeAt = alert?.state === 'pending' ? Math.min(alert.activeAt, at) : at
  return fireWhenDue({ ...factsOf(facts), state: 'pending', activeAt, seenAt: at }, at, rule)
}

function fireWhenDue(alert: PendingAlert, at: Timestamp, { forMs }: Spans): PendingAlert | FiringAlert {
  const { activeAt } = alert
  if (at - activeAt < forMs) return alert
  const state = 'firing'
  return {
    ...factsOf(alert),
    state,
    activeAt,
    firedAt: at,
    keepFiringSince: undefined,
    lastSentAt: undefined,
  }
}

function goOn(alert: FiringAlert, facts: AlertFacts): FiringAlert {
  return { ...alert, ...factsOf(facts), keepFiringSince: undefined }
}

function end(alert: AlertInstance | undefined, at: Timestamp, rule: Spans): AlertInstance | undefined {
  if (alert?.state !== 'firing') return alert?.state === 'pending' ? undefined : forgetOld(alert, at)
  const keepFiringSince = Math.min(alert.keepFiringSince ?? at, at)
  return at - keepFiringSince < rule.keepFiringForMs ? { ...alert, keepFiringSince } : resolve(alert, at)
}

function resolve(alert: FiringAlert, at: Timestamp): ResolvedAlert {
  const { activeAt, firedAt, lastSentAt } = alert
  return { ...factsOf(alert), state: 'inactive', activeAt, firedAt, resolvedAt: at, lastSentAt }
}

function forgetOld(alert: AlertInstance | undefined, at: Timestamp): AlertInstance | undefined {
  if (alert?.state !== 'inactive') return alert
  const ageMs = at - alert.resolvedAt
  return ageMs >= 0 && ageMs <= RESOLVED_RETENTION_MS ? alert : undefined
}

/** Only the facts of what may be more than facts. */
function factsOf({ labels, annotations, value, exemplars }: AlertFacts): AlertFacts {
  return { labels, annotations, value, exemplars }
}
