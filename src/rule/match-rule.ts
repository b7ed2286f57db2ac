import type { Anomaly, ErrorStatus, HighLatency } from '../model/anomaly.js'
import type { Detector, MatchesMeasured } from '../model/detector.js'
import { SECOND_MS, type Timestamp } from '../model/time.js'
import { ROOT_NOT_RECEIVED, type TraceMatch } from '../model/trace-match.js'
import type { Metrics } from '../telemetry/metrics.js'
import type { Rule } from './rule.js'
import type { ToldTraces } from './told-traces.js'

type TraceEvidence = Omit<HighLatency, 'type' | 'durationMs'>

export interface MatchRuleOptions {
  readonly type: 'high_latency' | 'error_status'
  readonly detector: Detector
  readonly told: ToldTraces
  /** The service of our own spans, where they are exported: what we do must not alert, or one alert would make the next. */
  readonly ownService?: string | undefined
  readonly metrics: Pick<Metrics, 'lateTraces' | 'outsideWindow'>
}

const ERROR_MESSAGE = 'Trace contains error status'

/** Tells of every trace that its detector finds, once. */
export function createMatchRule({ type, detector, told, ownService, metrics }: MatchRuleOptions): Rule {
  const isOwn = ({ rootServiceName }: TraceMatch): boolean =>
    ownService !== undefined && rootServiceName === ownService

  function noteTiming(match: TraceMatch, measured: MatchesMeasured): void {
    if (match.start === undefined) return
    const end = match.start + match.durationMs
    if (end < measured.window.start - SECOND_MS || match.start > measured.window.end + SECOND_MS) {
      metrics.outsideWindow.inc()
    } else if (end < measured.dueSince) {
      metrics.lateTraces.inc({ type })
    }
  }

  return {
    type,
    detector,
    judge(measured, at) {
      if (measured.kind !== 'matches') throw new Error(`a match rule cannot judge ${measured.kind}`)
      const fresh = measured.matches.filter((match) => !isOwn(match) && told.isNew(match.traceId, at))
      for (const match of fresh) noteTiming(match, measured)
      return fresh.map((match) => toAnomaly(type, match, measured, at))
    },
  }
}

function toAnomaly(
  type: MatchRuleOptions['type'],
  match: TraceMatch,
  measured: MatchesMeasured,
  at: Timestamp,
): Anomaly {
  const evidence = toEvidence(match, measured, at)
  return type === 'high_latency'
    ? ({ type, ...evidence, durationMs: match.durationMs } satisfies HighLatency)
    : ({
        type,
        ...evidence,
        errorMessage: ERROR_MESSAGE,
        failedServices: match.failedServices,
      } satisfies ErrorStatus)
}

function toEvidence(
  match: TraceMatch,
  { population, sampled }: MatchesMeasured,
  at: Timestamp,
): TraceEvidence {
  // The trace may be newer than the window that was counted; it is one of all traces none the less.
  const counted = population.traceIds.has(match.traceId) ? 0 : 1
  return {
    traceId: match.traceId,
    spanName: match.rootSpanName ?? ROOT_NOT_RECEIVED,
    serviceName: match.rootServiceName,
    at,
    affectedTraces: 1,
    totalTraces: population.traceIds.size + counted,
    sampled: sampled || population.sampled,
  }
}
