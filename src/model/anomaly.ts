import type { Finding } from './finding.js'
import type { LabelSet } from './label-set.js'
import type { Timestamp } from './time.js'
import type { TraceId } from './trace-id.js'
import type { TraceMatch } from './trace-match.js'

interface AnomalyCommon {
  /** When it was found. */
  readonly at: Timestamp
  /** Distinct traces that the anomaly is about. */
  readonly affectedTraces: number
  /** Distinct traces among which they were found; never fewer than `affectedTraces`. */
  readonly totalTraces: number
  /** The counts come from a sample of the traces, not from all of them. */
  readonly sampled: boolean
}

interface TraceAnomaly extends AnomalyCommon {
  readonly traceId: TraceId
  /** Name of the root span, or Tempo's words for a root that has not been received. */
  readonly spanName: string
  readonly serviceName: string | undefined
}

export interface HighLatency extends TraceAnomaly {
  readonly type: 'high_latency'
  readonly durationMs: number
}

export interface ErrorStatus extends TraceAnomaly {
  readonly type: 'error_status'
  readonly errorMessage: string
  /** The services that have a span in error in the trace, those with most first; empty where the source did not say. */
  readonly failedServices: readonly string[]
}

export interface HighErrorRate extends AnomalyCommon {
  readonly type: 'high_error_rate'
}

/** What a user's rule has found: of a match rule one trace, of any other that an alert began to fire. */
export interface RuleAnomaly extends AnomalyCommon {
  readonly type: 'rule'
  /** The name of the alert, which stands where the type of other anomalies does. */
  readonly rule: string
  readonly labels: LabelSet
  /** The service that it is about, as far as can be told. */
  readonly service: string | undefined
  readonly trace: TraceMatch | undefined
  /** Of a rule that tells what is unlike normal: what was found. */
  readonly finding?: Finding | undefined
}

/** One finding, with its evidence. */
export type Anomaly = HighLatency | ErrorStatus | HighErrorRate | RuleAnomaly
export type AnomalyType = Anomaly['type']
export const ANOMALY_TYPES = [
  'high_latency',
  'error_status',
  'high_error_rate',
  'rule',
] as const satisfies readonly AnomalyType[]
