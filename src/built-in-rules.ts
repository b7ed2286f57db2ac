import { lastToldAt, type ChecksMemory } from './checks-memory.js'
import type { AlertingConfig } from './config/config.js'
import { createErrorRateDetector } from './detect/error-rate.js'
import { createErrorStatusDetector, ERROR_TRACES } from './detect/error-status.js'
import { createLatencyDetector, slowTraces } from './detect/latency.js'
import type { MatchRule as AlertingRule, RuleGroup } from './model/alerting-rule.js'
import type { Anomaly, AnomalyType } from './model/anomaly.js'
import { MINUTE_MS, type Timestamp } from './model/time.js'
import { createMatchRule } from './rule/match-rule.js'
import { toRuleKeys } from './rule/rule-key.js'
import type { Rule } from './rule/rule.js'
import { createShareRule } from './rule/share-rule.js'
import { createToldTraces, type ToldTraces } from './rule/told-traces.js'
import type { RuleKey, ToldTrace } from './store/rule-store.js'
import type { Metrics } from './telemetry/metrics.js'

/** A trace may grow, and so come back, long after it was told. */
const TOLD_KEPT_MS = 120 * MINUTE_MS
const TOLD_MAX_TRACES = 200_000

export interface BuiltInRulesOptions {
  readonly alerting: AlertingConfig
  readonly metrics: Metrics
  /** The service of our own spans, where they are exported. */
  readonly ownService?: string | undefined
  /** What is known from before a restart, and the moment of now. */
  readonly memory?: ChecksMemory | undefined
  readonly at: Timestamp
}

/** The rules that run without a rule file, and what they remember. */
export interface BuiltInRules {
  readonly rules: readonly Rule[]
  /** That these count as told, in the form that is kept. */
  toTold(anomalies: readonly Anomaly[]): readonly ToldTrace[]
  /** Takes that back. */
  forget(told: readonly ToldTrace[]): void
}

/** The three rules: slow traces, failed traces, and a high share of failed traces. */
export function createBuiltInRules({
  alerting,
  metrics,
  ownService,
  ...rest
}: BuiltInRulesOptions): BuiltInRules {
  const { memory, at } = rest
  const { lookbackMs, latenessMs, latencyThresholdMs, errorRateThreshold, repeatMs } = alerting
  const group = describeBuiltInRules(alerting)
  const keys = new Map(toRuleKeys(group).map((key, index) => [group.rules[index]?.alert ?? '', key]))
  const keyOf = (type: AnomalyType): RuleKey => keys.get(type) ?? type
  const search = { lookbackMs, latenessMs, searchedAt: memory?.searchedAt, metrics }
  const keepMs = TOLD_KEPT_MS + lookbackMs + latenessMs
  const told = new Map<RuleKey, ToldTraces>()

  function openTold(type: AnomalyType): ToldTraces {
    const traces = createToldTraces({ keepMs, maxTraces: TOLD_MAX_TRACES, metrics })
    const key = keyOf(type)
    for (const each of memory?.told ?? []) {
      if (each.rule === key) traces.restore(each.traceId, each.expiresAt - keepMs)
    }
    told.set(key, traces)
    return traces
  }

  return {
    rules: [
      createMatchRule({
        type: 'high_latency',
        detector: createLatencyDetector({ ...search, thresholdMs: latencyThresholdMs }),
        told: openTold('high_latency'),
        ownService,
        metrics,
      }),
      createMatchRule({
        type: 'error_status',
        detector: createErrorStatusDetector(search),
        told: openTold('error_status'),
        ownService,
        metrics,
      }),
      createShareRule({
        detector: createErrorRateDetector({ lookbackMs }),
        threshold: errorRateThreshold,
        repeatMs,
        toldAt: lastToldAt(memory?.alerts.get(keyOf('high_error_rate'))?.values() ?? [], repeatMs, at),
      }),
    ],
    toTold: (anomalies) =>
      anomalies.flatMap((anomaly) => {
        if (!('traceId' in anomaly)) return []
        return [{ rule: keyOf(anomaly.type), traceId: anomaly.traceId, expiresAt: anomaly.at + keepMs }]
      }),
    forget: (traces) => {
      for (const { rule, traceId } of traces) told.get(rule)?.forget(traceId)
    },
  }
}

/** The same rules for those who look at alerts: names, queries and what is said of them. */
export function describeBuiltInRules(config: AlertingConfig): RuleGroup {
  const { intervalMs, lookbackMs, latencyThresholdMs, errorRateThreshold } = config
  const share = Math.round(errorRateThreshold * 1e6) / 1e4
  const describe = (alert: AnomalyType, expr: string, summary: string): AlertingRule => ({
    ...COMMON,
    alert,
    expr,
    windowMs: lookbackMs,
    annotations: new Map([['summary', summary]]),
  })
  return {
    name: 'tracebell',
    file: 'built-in',
    intervalMs,
    rules: [
      describe(
        'high_latency',
        slowTraces(latencyThresholdMs),
        `${TRACES} took longer than ${latencyThresholdMs} ms`,
      ),
      describe('error_status', ERROR_TRACES, `${TRACES} with a span in error`),
      describe(
        'high_error_rate',
        ERROR_TRACES,
        `{{ $value | humanizePercentage }} of the traces have a span in error; more than ${share}% is too many`,
      ),
    ],
  }
}

const TRACES = '{{ $value }} trace{% if $value != 1 %}s{% endif %}'

const COMMON = {
  kind: 'match',
  groupBy: ['rootServiceName', 'rootName'],
  threshold: 1,
  minTraffic: 0,
  forMs: 0,
  keepFiringForMs: 0,
  queryOffsetMs: 0,
  limit: 0,
  labels: new Map<string, string>(),
  resolveWhen: undefined,
  noData: 'ok',
  onError: 'keep',
  place: { file: '', line: 1, column: 1 },
} as const
