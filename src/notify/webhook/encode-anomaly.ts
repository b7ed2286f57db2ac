import type { ToldAnomaly } from '../../model/notification.js'
import { ROOT_NOT_RECEIVED, type TraceMatch } from '../../model/trace-match.js'
import { SECOND_MS } from '../../model/time.js'
import { toWellFormed } from '../text/clean-text.js'

/** An anomaly as the JSON that a webhook receives. */
export function encodeAnomaly(anomaly: ToldAnomaly): string {
  return JSON.stringify(toAnomalyPayload(anomaly))
}

/**
 * What is in that JSON. Receivers depend on its names, its order and its types: durations are whole milliseconds,
 * `timestamp` is whole Unix seconds, `sampled` is there only when it is true, and `similar` only where more like it were folded
 * into it.
 */
export function toAnomalyPayload(anomaly: ToldAnomaly): object {
  return {
    anomaly_type: anomaly.type === 'rule' ? anomaly.rule : anomaly.type,
    ...encodeEvidence(anomaly),
    affected_traces: anomaly.affectedTraces,
    total_traces: anomaly.totalTraces,
    timestamp: Math.floor(anomaly.at / SECOND_MS),
    ...(anomaly.sampled ? { sampled: true } : {}),
    ...(anomaly.similar === undefined || anomaly.similar <= 0 ? {} : { similar: anomaly.similar }),
  }
}

function encodeEvidence(anomaly: ToldAnomaly): object {
  if (anomaly.type === 'high_error_rate') return {}
  if (anomaly.type === 'rule') return anomaly.trace === undefined ? {} : encodeTrace(anomaly.trace)
  return {
    trace_id: anomaly.traceId,
    span_name: toWellFormed(anomaly.spanName),
    ...(anomaly.type === 'high_latency'
      ? { duration_ms: Math.trunc(anomaly.durationMs) }
      : { error_message: toWellFormed(anomaly.errorMessage) }),
  }
}

function encodeTrace({ traceId, rootSpanName, durationMs }: TraceMatch): object {
  return {
    trace_id: traceId,
    span_name: toWellFormed(rootSpanName ?? ROOT_NOT_RECEIVED),
    duration_ms: Math.trunc(durationMs),
  }
}
