import type { AlertingConfig } from './config/config.js'
import { createErrorRateDetector } from './detect/error-rate.js'
import { createErrorStatusDetector } from './detect/error-status.js'
import { createLatencyDetector } from './detect/latency.js'
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
