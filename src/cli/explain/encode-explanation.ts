import { SourceError } from '../../model/source-error.js'
import { formatDurationMs } from '../../config/duration.js'
import type { AlertInstance } from '../../model/alert-instance.js'
import type { AlertingRule } from '../../model/alerting-rule.js'
import type { Finding } from '../../model/finding.js'
import type { LabelSet } from '../../model/label-set.js'
import type { RuleMeasure, Sample } from '../../model/rule-sample.js'
import { SECOND_MS, type Interval, type Timestamp } from '../../model/time.js'
import type { TraceMatch } from '../../model/trace-match.js'
import type { DaemonState } from '../../replay/explain/ask-daemon.js'
import { conditionOf } from '../../replay/explain/condition.js'
import type { Explanation, PlayedEvaluation } from '../../replay/explain/explanation.js'
import { encodeDecision } from '../../api/tracebell/encode-decision.js'
import { describeMute } from '../../decide-route.js'
import type { DispatchFacts } from './format-dispatch.js'
import { describeVerdict } from './describe-verdict.js'
import { firesAt } from './describe-state.js'
import { isUncertain } from './format-history.js'
import { isEstimate } from './is-estimate.js'
import { orderSamples } from './order-samples.js'

/** An explanation as machines read it; docs/rehearsal.md describes it. */
export function encodeExplanation(
  explanation: Explanation,
  daemon: DaemonState | undefined,
  dispatch?: DispatchFacts,
): object {
  const { at, source, plan, freshness, traffic, history, notes } = explanation
  const { evaluations } = history
  const last = evaluations.at(-1)
  return {
    rule: encodeRule(explanation),
    source,
    at: iso(at),
    plan: plan instanceof SourceError ? { error: plan.message } : { queries: plan },
    lag: freshness === undefined ? null : { seconds: freshness.lagMs / SECOND_MS, known: freshness.known },
    traffic: traffic === undefined ? null : { traces: traffic.traces, atLeast: traffic.isAtLeast },
    measured: last === undefined ? null : encodeMeasured(last, explanation),
    evaluations: evaluations.map((each) => encodeEvaluation(each)),
    alerts: [...(last?.status.alerts.values() ?? [])].map((alert) => encodeAlert(alert, explanation)),
    ...(isUncertain(explanation) ? { uncertain: true } : {}),
    ...(dispatch === undefined ? {} : { dispatch: encodeDispatch(dispatch) }),
    ...(daemon === undefined ? {} : { daemon: encodeDaemon(daemon) }),
    ...(notes.length === 0 ? {} : { notes }),
    verdict: describeVerdict(explanation),
  }
}

function encodeDispatch({ alerts, hasSilences }: DispatchFacts): object {
  return {
    silences: hasSilences,
    alerts: alerts.map(({ alert, decision }) => ({
      labels: encodeLabels(alert.labels),
      state: alert.state,
      ...encodeDecision(decision, describeMute),
    })),
  }
}

function encodeRule({ group, rule }: Explanation): object {
  const condition = conditionOf(rule)
  return {
    alert: rule.alert,
    group: group.name,
    file: rule.place.file,
    line: rule.place.line,
    kind: rule.kind,
    expr: rule.expr,
    condition: condition === undefined ? null : { comparison: condition.comparison, value: condition.value },
    window: formatDurationMs(rule.windowMs),
    for: formatDurationMs(rule.forMs),
    keepFiringFor: formatDurationMs(rule.keepFiringForMs),
    queryOffset: formatDurationMs(rule.queryOffsetMs),
    interval: formatDurationMs(group.intervalMs),
    ...encodeOfKind(rule),
  }
}

function encodeOfKind(rule: AlertingRule): object {
  switch (rule.kind) {
    case 'metric':
      return {}
    case 'match':
      return { groupBy: rule.groupBy, threshold: rule.threshold, minTraffic: rule.minTraffic }
    case 'anomaly': {
      const { signals, sensitivity, minTraffic, warmUpMs } = rule
      return { signals, sensitivity, minTraffic, warmUp: formatDurationMs(warmUpMs) }
    }
  }
}

function encodeMeasured({ measured }: PlayedEvaluation, explanation: Explanation): object {
  if (measured instanceof SourceError) return encodeError(measured)
  return {
    ...encodeMeasure(measured),
    ...(isEstimate(explanation) ? { estimates: true } : {}),
    samples: orderSamples(explanation.rule, measured.samples).map(encodeSample),
  }
}

function encodeError({ message, reason, detail, hint }: SourceError): object {
  return { error: message, reason, detail, hint }
}

function encodeMeasure({ window, completeness, hasData, lateTraces = 0 }: RuleMeasure): object {
  return { window: encodeInterval(window), completeness, hasData, lateTraces }
}

function encodeSample({ labels, value, holds, exemplars, finding }: Sample): object {
  return {
    labels: encodeLabels(labels),
    value,
    holds,
    traces: exemplars.map(encodeTrace),
    ...(finding === undefined ? {} : { finding: encodeFinding(finding) }),
  }
}

/** Its traces are those of the sample. */
function encodeFinding({ signal, service, operation, sentence, candidates, evidence }: Finding): object {
  return { signal, service, operation, sentence, candidates, evidence }
}

function encodeTrace({ traceId, start, durationMs, rootServiceName, rootSpanName }: TraceMatch): object {
  const times = { start: start === undefined ? null : iso(start), durationMs }
  return { traceId, ...times, rootServiceName: rootServiceName ?? null, rootName: rootSpanName ?? null }
}

function encodeEvaluation({ at, measured, status }: PlayedEvaluation): object {
  const alerts = [...status.alerts.values()]
  const samples = measured instanceof SourceError ? [] : measured.samples
  return {
    at: iso(at),
    verdict: status.verdict ?? null,
    ...(status.lastError === undefined ? {} : { error: status.lastError }),
    holding: samples.filter(({ holds }) => holds).length,
    pending: alerts.filter(({ state }) => state === 'pending').length,
    firing: alerts.filter(({ state }) => state === 'firing').length,
  }
}

function encodeAlert(alert: AlertInstance, explanation: Explanation): object {
  return {
    labels: encodeLabels(alert.labels),
    annotations: encodeLabels(alert.annotations),
    state: alert.state,
    value: alert.value,
    activeAt: iso(alert.activeAt),
    ...encodeWhen(alert, explanation),
  }
}

function encodeWhen(alert: AlertInstance, explanation: Explanation): object {
  switch (alert.state) {
    case 'pending':
      return { firesAt: iso(firesAt(alert, explanation)) }
    case 'firing':
      return {
        firedAt: iso(alert.firedAt),
        ...(alert.keepFiringSince === undefined ? {} : { keepFiringSince: iso(alert.keepFiringSince) }),
      }
    case 'inactive':
      return { firedAt: iso(alert.firedAt), resolvedAt: iso(alert.resolvedAt) }
  }
}

function encodeDaemon({ url, rule }: DaemonState): object {
  if (rule === undefined) return { url, rule: null }
  return {
    url,
    rule: { ...rule, alerts: rule.alerts.map((alert) => ({ ...alert, labels: encodeLabels(alert.labels) })) },
  }
}

function encodeInterval({ start, end }: Interval): object {
  return { start: iso(start), end: iso(end) }
}

function encodeLabels(labels: LabelSet): object {
  return Object.fromEntries(labels)
}

function iso(at: Timestamp): string {
  return new Date(at).toISOString()
}
