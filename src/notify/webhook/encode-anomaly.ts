import type { Anomaly } from '../../model/anomaly.js'
import { SECOND_MS } from '../../model/time.js'

/**
 * An anomaly as the JSON that a webhook receives. Receivers depend on its names, its order and its types: durations are
 * whole milliseconds, `timestamp` is whole Unix seconds, and `sampled` is there only when it is true.
 */
export function encodeAnomaly(anomaly: Anomaly): string {
  return JSON.stringify({
    anomaly_type: anomaly.type,
    ...encodeEvidence(anomaly),
    affected_traces: anomaly.affectedTraces,
    total_traces: anomaly.totalTraces,
    timestamp: Math.floor(anomaly.at / SECOND_MS),
    ...(anomaly.sampled ? { sampled: true } : {}),
  })
}

function encodeEvidence(anomaly: Anomaly): object {
  if (anomaly.type === 'high_error_rate') return {}
  return {
    trace_id: anomaly.traceId,
    span_name: toWellFormed(anomaly.spanName),
    ...(anomaly.type === 'high_latency'
      ? { duration_ms: Math.trunc(anomaly.durationMs) }
      : { error_message: toWellFormed(anomaly.errorMessage) }),
  }
}

// Half a surrogate pair is no Unicode, and strict parsers refuse a whole document for it.
function toWellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}
