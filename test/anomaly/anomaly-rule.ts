import type { AnomalyRule } from '../../src/model/alerting-rule.js'
import { SIGNALS } from '../../src/model/finding.js'

const DEFAULTS: AnomalyRule = {
  kind: 'anomaly',
  alert: 'Unusual',
  expr: '{ }',
  windowMs: 60_000,
  forMs: 0,
  keepFiringForMs: 0,
  queryOffsetMs: 0,
  limit: 0,
  labels: new Map(),
  annotations: new Map(),
  resolveWhen: undefined,
  noData: 'ok',
  onError: 'keep',
  place: { file: 'test', line: 1, column: 1 },
  signals: SIGNALS,
  sensitivity: 'medium',
  minTraffic: 20,
  warmUpMs: 120_000,
}

/** A rule that tells of all that is unlike normal, as the default pack has it but for what is said here. */
export function createAnomalyRule(fields: Partial<AnomalyRule> = {}): AnomalyRule {
  return { ...DEFAULTS, ...fields }
}
