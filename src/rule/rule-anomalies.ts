import type { FiringAlert } from '../model/alert-instance.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import type { RuleAnomaly } from '../model/anomaly.js'
import type { Finding } from '../model/finding.js'
import type { Fingerprint, LabelSet } from '../model/label-set.js'
import { MINUTE_MS, type Interval, type Timestamp } from '../model/time.js'
import type { TraceId } from '../model/trace-id.js'
import type { TraceMatch } from '../model/trace-match.js'
import type { GroupOutcome } from './rule-group.js'
import type { RuleStatus } from './group-status.js'
import type { RuleKey, ToldTrace } from '../store/rule-store.js'

/** What an evaluation found that was not told before. */
export interface FoundAnomalies {
  readonly anomalies: readonly RuleAnomaly[]
  /** The traces that count as told from now on. */
  readonly told: readonly ToldTrace[]
}

/** Finds the anomalies in what evaluations of rules came to. */
export interface RuleAnomalies {
  /** Those that were not told before; from now on they were. */
  find(outcome: GroupOutcome): FoundAnomalies
  /** The traces of which a rule has told. */
  told(rule: RuleKey): ReadonlySet<TraceId>
  /** Takes that back: they are found again. */
  forget(told: readonly ToldTrace[]): void
}

/** How many distinct traces there are in a window; undefined where nobody knows. */
export type CountTraces = (window: Interval) => number | undefined

/** Told traces of one rule that are remembered. */
const MOST_TOLD = 100_000
/** A trace may grow, and so come back, long after it was told. */
const TOLD_KEPT_MS = 120 * MINUTE_MS

/**
 * The anomalies of rules. A match rule has one for each trace that matches while its alert fires, told once; any
 * other rule has one whenever an alert begins to fire. Rules are known by their keys, so that a reload tells nothing twice.
 */
export function createRuleAnomalies(
  countTraces: CountTraces,
  before: readonly ToldTrace[] = [],
): RuleAnomalies {
  const told = new Map<RuleKey, Set<TraceId>>()
  for (const { rule, traceId } of before) isNew(rule, traceId)

  function isNew(key: RuleKey, traceId: TraceId): boolean {
    const ids = told.get(key) ?? new Set()
    told.set(key, ids)
    if (ids.has(traceId)) return false
    const [oldest] = ids
    if (ids.size === MOST_TOLD && oldest !== undefined) ids.delete(oldest)
    ids.add(traceId)
    return true
  }

  function tracesToTell(
    { rule, key, traces }: RuleStatus,
    [fingerprint, alert]: readonly [Fingerprint, FiringAlert],
    at: Timestamp,
  ): readonly (TraceMatch | undefined)[] {
    if (rule.kind !== 'match') return alert.firedAt === at ? [alert.exemplars[0]] : []
    return (traces.get(fingerprint) ?? []).filter(({ traceId }) => isNew(key, traceId))
  }

  function findOfRule(status: RuleStatus, at: Timestamp): readonly RuleAnomaly[] {
    const { rule, window, findings } = status
    let totalTraces: number | undefined
    return firingAlerts(status).flatMap((each) => {
      const traces = tracesToTell(status, each, at)
      // To count them takes long where there are many: once for all alerts, and not for nothing.
      if (traces.length > 0 && window !== undefined) totalTraces ??= countTraces(window)
      const [fingerprint, alert] = each
      const finding = findings.get(fingerprint)
      return traces.map((trace) => toAnomaly({ rule, alert, trace, finding, totalTraces, at }))
    })
  }

  return {
    find: ({ at, status }) => {
      const found = status.rules.map((rule) => ({ rule, anomalies: findOfRule(rule, at) }))
      return {
        anomalies: found.flatMap(({ anomalies }) => anomalies),
        told: found.flatMap(({ rule, anomalies }) => toTold(rule, anomalies, at)),
      }
    },
    told: (rule) => told.get(rule) ?? new Set(),
    forget: (traces) => {
      for (const { rule, traceId } of traces) told.get(rule)?.delete(traceId)
    },
  }
}

function toTold(
  { rule, key }: RuleStatus,
  anomalies: readonly RuleAnomaly[],
  at: Timestamp,
): readonly ToldTrace[] {
  if (rule.kind !== 'match') return []
  const expiresAt = at + rule.windowMs + TOLD_KEPT_MS
  return anomalies.flatMap(({ trace }) =>
    trace === undefined ? [] : [{ rule: key, traceId: trace.traceId, expiresAt }],
  )
}

function firingAlerts({ alerts }: RuleStatus): readonly (readonly [Fingerprint, FiringAlert])[] {
  return [...alerts].flatMap(([fingerprint, alert]) =>
    alert.state === 'firing' ? [[fingerprint, alert] as const] : [],
  )
}

interface Found {
  readonly rule: AlertingRule
  readonly alert: FiringAlert
  readonly trace: TraceMatch | undefined
  readonly finding: Finding | undefined
  readonly totalTraces: number | undefined
  readonly at: Timestamp
}

function toAnomaly({ rule, alert, trace, finding, totalTraces, at }: Found): RuleAnomaly {
  const affectedTraces = rule.kind === 'match' ? alert.value : alert.exemplars.length
  return {
    type: 'rule',
    rule: rule.alert,
    labels: alert.labels,
    service: finding?.service ?? findService(alert.labels, trace),
    trace,
    finding,
    at,
    affectedTraces,
    totalTraces: Math.max(totalTraces ?? 0, affectedTraces),
    sampled: false,
  }
}

/** Labels that say which service an alert is about, the surest first. */
const SERVICE_LABELS = ['resource.service.name', '.service.name', 'service.name', 'service', 'service_name']

/** What the alert is about, else who failed in the trace, else who began it. */
function findService(labels: LabelSet, trace: TraceMatch | undefined): string | undefined {
  const name = SERVICE_LABELS.find((label) => labels.has(label))
  if (name !== undefined) return labels.get(name)
  return trace?.failedServices[0] ?? trace?.rootServiceName ?? labels.get('rootServiceName')
}
