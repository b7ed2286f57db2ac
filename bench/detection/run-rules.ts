import { describeBuiltInRules } from '../../src/built-in-rules.js'
import { readConfig } from '../../src/config/read-config.js'
import { DEFAULT_ANOMALIES } from '../../src/config/rules/default-anomalies.js'
import type { RuleGroup } from '../../src/model/alerting-rule.js'
import { SECOND_MS } from '../../src/model/time.js'
import { runBacktest } from '../../src/replay/backtest.js'
import type { AlertLine } from './alert-line.js'
import type { DetectionSet } from './detection-set.js'

const HELD_BYTES = 256 * 1024 * 1024

/** The rule on what is unlike normal, as it runs without any configuration. */
export function runDefaultPack(set: DetectionSet): Promise<readonly AlertLine[]> {
  return runRules([DEFAULT_ANOMALIES], set)
}

/** The three built-in rules with their defaults: slow traces, failed traces, a high share of failed traces. */
export function runStaticThresholds(set: DetectionSet): Promise<readonly AlertLine[]> {
  return runRules([describeBuiltInRules(readConfig({ TEMPO_ENABLED: 'true' }).alerting)], set)
}

/** What `tracebell backtest --alerts-out` writes for these rules. */
async function runRules(groups: readonly RuleGroup[], set: DetectionSet): Promise<readonly AlertLine[]> {
  const alerts: AlertLine[] = []
  await runBacktest({
    groups,
    path: set.traces,
    arrivals: set.arrivals,
    from: undefined,
    to: undefined,
    maxBytes: HELD_BYTES,
    onAnomaly: (line) => void alerts.push(readAlert(line)),
    onBadLine: () => {},
    onProgress: () => {},
    signal: new AbortController().signal,
  })
  return alerts
}

function readAlert(line: string): AlertLine {
  const fields: unknown = JSON.parse(line)
  const field = (name: string): unknown =>
    typeof fields === 'object' && fields !== null ? Reflect.get(fields, name) : undefined
  const candidates = field('root_cause_candidates')
  return {
    at: Number(field('timestamp')) * SECOND_MS,
    type: textOf(field('anomaly_type')) ?? 'unknown',
    service: textOf(field('root_cause_service')) ?? textOf(field('service')),
    candidates: Array.isArray(candidates) ? candidates.flatMap((each) => textOf(each) ?? []) : [],
    text: line,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
