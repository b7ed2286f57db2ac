import type { AlertingRule } from '../model/alerting-rule.js'
import type { FiringAlert } from '../model/alert-instance.js'
import type { LabelSet } from '../model/label-set.js'
import type { LocalTraces } from '../model/local-traces.js'
import { SECOND_MS, type Timestamp } from '../model/time.js'
import type { TraceId } from '../model/trace-id.js'
import { ROOT_NOT_RECEIVED, type TraceMatch } from '../model/trace-match.js'
import type { GroupOutcome } from '../rule/rule-group.js'
import type { RuleStatus } from '../rule/group-status.js'

/** Finds the anomalies in what evaluations of rules came to. */
export interface RuleAnomalies {
  /** Those that were not told before, each as one line of JSON without its end. */
  find(outcome: GroupOutcome, traces: Pick<LocalTraces, 'countWithin'>): readonly string[]
}

/** Told traces of one rule that are remembered. */
const MOST_TOLD = 100_000

/**
 * The anomalies of rules, in the payload that webhooks receive, with `service` and `rule`. A match rule has one for each
 * trace that its alerts show while they fire, told once a trace; a metric rule has one whenever an alert begins to fire.
 */
export function createRuleAnomalies(): RuleAnomalies {
  const told = new Map<AlertingRule, Set<TraceId>>()

  function isNew(rule: AlertingRule, traceId: TraceId): boolean {
    const ids = told.get(rule) ?? new Set()
    told.set(rule, ids)
    if (ids.has(traceId)) return false
    const [oldest] = ids
    if (ids.size === MOST_TOLD && oldest !== undefined) ids.delete(oldest)
    ids.add(traceId)
    return true
  }

  function tracesToTell(
    rule: AlertingRule,
    alert: FiringAlert,
    at: Timestamp,
  ): readonly (TraceMatch | undefined)[] {
    if (rule.kind === 'match') return alert.exemplars.filter(({ traceId }) => isNew(rule, traceId))
    return alert.firedAt === at ? [alert.exemplars[0]] : []
  }

  return {
    find: ({ at, status }, traces) =>
      status.rules.flatMap((each) =>
        firingAlerts(each).flatMap((alert) => {
          const totalTraces = each.window === undefined ? 0 : traces.countWithin(each.window)
          return tracesToTell(each.rule, alert, at).map((trace) =>
            encode({ rule: each.rule, alert, trace, totalTraces, at }),
          )
        }),
      ),
  }
}

function firingAlerts({ alerts }: RuleStatus): readonly FiringAlert[] {
  return [...alerts.values()].filter((alert) => alert.state === 'firing')
}

interface Found {
  readonly rule: AlertingRule
  readonly alert: FiringAlert
  readonly trace: TraceMatch | undefined
  readonly totalTraces: number
  readonly at: Timestamp
}

function encode({ rule, alert, trace, totalTraces, at }: Found): string {
  const affected = rule.kind === 'match' ? alert.value : alert.exemplars.length
  return JSON.stringify({
    anomaly_type: rule.alert,
    ...(trace === undefined ? {} : encodeTrace(trace)),
    affected_traces: affected,
    total_traces: Math.max(totalTraces, affected),
    timestamp: Math.floor(at / SECOND_MS),
    service: findService(alert.labels, trace),
    rule: rule.alert,
  })
}

function encodeTrace({ traceId, rootSpanName, durationMs }: TraceMatch): object {
  return { trace_id: traceId, span_name: rootSpanName ?? ROOT_NOT_RECEIVED, duration_ms: durationMs }
}

/** Labels that say which service an alert is about, the surest first. */
const SERVICE_LABELS = ['resource.service.name', '.service.name', 'service.name', 'service', 'service_name']

/** What the alert is about, else who failed in the trace, else who began it. */
function findService(labels: LabelSet, trace: TraceMatch | undefined): string | undefined {
  const name = SERVICE_LABELS.find((label) => labels.has(label))
  if (name !== undefined) return labels.get(name)
  return trace?.failedServices[0] ?? trace?.rootServiceName ?? labels.get('rootServiceName')
}
