import { describeBuiltInRules } from '../../src/built-in-rules.js'
import { readConfig } from '../../src/config/read-config.js'
import { runBacktest } from '../../src/replay/backtest.js'
import type { AlertLine } from './alert-line.js'
import type { DetectionSet } from './detection-set.js'

const HELD_BYTES = 256 * 1024 * 1024

/** The three built-in rules with their defaults: slow traces, failed traces, a high share of failed traces. */
export async function runStaticThresholds(set: DetectionSet): Promise<readonly AlertLine[]> {
  const alerts: AlertLine[] = []
  await runBacktest({
    groups: [describeBuiltInRules(readConfig({ TEMPO_ENABLED: 'true' }).alerting)],
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
  const service = field('service')
  const text = field('anomaly_type')
  return {
    at: Number(field('timestamp')) * 1000,
    type: typeof text === 'string' ? text : 'unknown',
    service: typeof service === 'string' ? service : undefined,
    candidates: [],
    text: line,
  }
}
