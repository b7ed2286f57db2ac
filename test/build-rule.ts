import type { AnomalyRule, MatchRule, MetricRule } from '../src/model/alerting-rule.js'
import { SIGNALS } from '../src/model/finding.js'
import { MINUTE_MS } from '../src/model/time.js'

const COMMON = {
  windowMs: MINUTE_MS,
  forMs: 0,
  keepFiringForMs: 0,
  queryOffsetMs: 0,
  limit: 0,
  labels: new Map<string, string>(),
  annotations: new Map<string, string>(),
  resolveWhen: undefined,
  noData: 'ok',
  onError: 'keep',
  place: { file: 'rules.yaml', line: 1, column: 1 },
} as const

/** A match rule with the loader's defaults for what a test leaves out. */
export function matchRule(expr: string, parts: Partial<MatchRule> = {}): MatchRule {
  return {
    kind: 'match',
    alert: expr,
    expr,
    groupBy: ['rootServiceName', 'rootName'],
    threshold: 1,
    minTraffic: 0,
    ...COMMON,
    ...parts,
  }
}

/** A metric rule with the loader's defaults for what a test leaves out. */
export function metricRule(expr: string, parts: Partial<MetricRule> = {}): MetricRule {
  return { kind: 'metric', alert: expr, expr, ...COMMON, ...parts }
}

/** A rule on what is unlike normal, with the loader's defaults for what a test leaves out. */
export function anomalyRule(parts: Partial<AnomalyRule> = {}): AnomalyRule {
  return {
    kind: 'anomaly',
    alert: 'Unusual',
    expr: '{ }',
    signals: SIGNALS,
    sensitivity: 'medium',
    minTraffic: 20,
    warmUpMs: 2 * MINUTE_MS,
    ...COMMON,
    ...parts,
  }
}
