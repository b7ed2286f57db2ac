import type { Anomaly, RuleAnomaly } from './model/anomaly.js'
import type { LogFields } from './telemetry/logger.js'

/** An anomaly as the fields of a line in the log. */
export function describeAnomaly(anomaly: Anomaly): LogFields {
  const counts = { affected_traces: anomaly.affectedTraces, total_traces: anomaly.totalTraces }
  const sampled = anomaly.sampled ? { sampled: true } : {}
  if (anomaly.type === 'high_error_rate') return { anomaly_type: anomaly.type, ...counts, ...sampled }
  if (anomaly.type === 'rule') return { ...describeFound(anomaly), ...counts, ...sampled }
  return {
    anomaly_type: anomaly.type,
    trace_id: anomaly.traceId,
    service: anomaly.serviceName,
    span_name: anomaly.spanName,
    duration_ms: anomaly.type === 'high_latency' ? anomaly.durationMs : undefined,
    failed_services: anomaly.type === 'error_status' ? anomaly.failedServices.join() : undefined,
    ...counts,
    ...sampled,
  }
}

function describeFound({ rule, trace, service, finding }: RuleAnomaly): LogFields {
  return {
    anomaly_type: finding?.signal ?? rule,
    rule: finding && rule,
    why: finding?.sentence,
    trace_id: trace?.traceId,
    service,
    span_name: trace?.rootSpanName,
    duration_ms: trace?.durationMs,
  }
}
