import type { RuleAnomaly } from '../../model/anomaly.js'
import type { Finding } from '../../model/finding.js'
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
 * into it. What is unlike normal has its signal for a type, and says after all others what is to blame.
 */
export function toAnomalyPayload(anomaly: ToldAnomaly): object {
  return {
    anomaly_type: typeOf(anomaly),
    ...encodeEvidence(anomaly),
    affected_traces: anomaly.affectedTraces,
    total_traces: anomaly.totalTraces,
    timestamp: Math.floor(anomaly.at / SECOND_MS),
    ...(anomaly.sampled ? { sampled: true } : {}),
    ...(anomaly.similar === undefined || anomaly.similar <= 0 ? {} : { similar: anomaly.similar }),
    ...(anomaly.type === 'rule' && anomaly.finding !== undefined
      ? encodeCause(anomaly.finding, anomaly)
      : {}),
  }
}

function typeOf(anomaly: ToldAnomaly): string {
  return anomaly.type === 'rule' ? (anomaly.finding?.signal ?? anomaly.rule) : anomaly.type
}

function encodeEvidence(anomaly: ToldAnomaly): object {
  if (anomaly.type === 'high_error_rate') return {}
  if (anomaly.type === 'rule') return encodeFound(anomaly)
  return {
    trace_id: anomaly.traceId,
    span_name: toWellFormed(anomaly.spanName),
    ...(anomaly.type === 'high_latency'
      ? { duration_ms: Math.trunc(anomaly.durationMs) }
      : { error_message: toWellFormed(anomaly.errorMessage) }),
  }
}

function encodeFound({ trace, finding }: RuleAnomaly): object {
  return {
    ...(trace === undefined ? {} : encodeTrace(trace)),
    ...(finding === undefined ? {} : { message: toWellFormed(finding.sentence) }),
  }
}

/** More candidates or sentences are left out. */
const MOST_LISTED = 20

function encodeCause({ service, operation, candidates, evidence }: Finding, { rule }: RuleAnomaly): object {
  const list = (texts: readonly string[]): string[] => texts.slice(0, MOST_LISTED).map(toWellFormed)
  return {
    service: toWellFormed(service),
    operation: toWellFormed(operation),
    rule: toWellFormed(rule),
    root_cause_service: toWellFormed(service),
    root_cause_candidates: list(candidates),
    evidence: list(evidence),
  }
}

function encodeTrace({ traceId, rootSpanName, durationMs }: TraceMatch): object {
  return {
    trace_id: traceId,
    span_name: toWellFormed(rootSpanName ?? ROOT_NOT_RECEIVED),
    duration_ms: Math.trunc(durationMs),
  }
}
