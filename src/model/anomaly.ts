import type { Timestamp } from './time.js'
import type { TraceId } from './trace-id.js'

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

/** One finding, with its evidence. */
export type Anomaly = HighLatency | ErrorStatus | HighErrorRate
export type AnomalyType = Anomaly['type']
export const ANOMALY_TYPES = [
  'high_latency',
  'error_status',
  'high_error_rate',
] as const satisfies readonly AnomalyType[]
