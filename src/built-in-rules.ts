import type { AlertingConfig } from './config/config.js'
import { createErrorRateDetector } from './detect/error-rate.js'
import { createErrorStatusDetector, ERROR_TRACES } from './detect/error-status.js'
import { createLatencyDetector, slowTraces } from './detect/latency.js'
import type { MatchRule as AlertingRule, RuleGroup } from './model/alerting-rule.js'
import type { AnomalyType } from './model/anomaly.js'
import { MINUTE_MS } from './model/time.js'
import { createMatchRule } from './rule/match-rule.js'
import type { Rule } from './rule/rule.js'
import { createShareRule } from './rule/share-rule.js'
import { createToldTraces } from './rule/told-traces.js'
import type { Metrics } from './telemetry/metrics.js'

/** A trace may grow, and so come back, long after it was told. */
const TOLD_KEPT_MS = 120 * MINUTE_MS
const TOLD_MAX_TRACES = 200_000

/**
 * The three rules that run without a rule file: slow traces, failed traces, and a high share of failed traces.
 * `ownService` is the service of our own spans, where they are exported.
 */
export function createBuiltInRules(config: AlertingConfig, metrics: Metrics, ownService?: string): Rule[] {
  const { lookbackMs, latenessMs, latencyThresholdMs, errorRateThreshold, repeatMs } = config
  const search = { lookbackMs, latenessMs, metrics }
  const keepMs = TOLD_KEPT_MS + lookbackMs + latenessMs
  const createTold = () => createToldTraces({ keepMs, maxTraces: TOLD_MAX_TRACES, metrics })
  return [
    createMatchRule({
      type: 'high_latency',
      detector: createLatencyDetector({ ...search, thresholdMs: latencyThresholdMs }),
      told: createTold(),
      ownService,
      metrics,
    }),
    createMatchRule({
      type: 'error_status',
      detector: createErrorStatusDetector(search),
      told: createTold(),
      ownService,
      metrics,
    }),
    createShareRule({
      detector: createErrorRateDetector({ lookbackMs }),
      threshold: errorRateThreshold,
      repeatMs,
    }),
  ]
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
