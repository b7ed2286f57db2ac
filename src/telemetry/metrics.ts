import { ANOMALY_TYPES } from '../model/anomaly.js'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { createAccessMetrics } from './access-metrics.js'
import { createAnomalyMetrics } from './anomaly-metrics.js'
import { createConfigMetrics } from './config-metrics.js'
import { createDispatchMetrics } from './dispatch-metrics.js'
import { createNotifyMetrics } from './notify-metrics.js'
import { createRuleMetrics } from './rule-metrics.js'

/** The engine's own metrics, in a registry of their own: a host application's default registry is not touched. */
export type Metrics = ReturnType<typeof createMetrics>

const QUERY_BUCKETS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const counter = (name: string, help: string): Counter => new Counter({ name, help, registers })
  const labelled = <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers })
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers })

  const metrics = {
    registry,

    anomalies: labelled('trace_anomalies_total', 'Anomalies found, each once.', 'type'),
    checks: labelled(
      'trace_alert_checks_total',
      'Checks by outcome: success, or failure if any query failed.',
      'status',
    ),
    queryDuration: new Histogram({
      name: 'trace_alert_query_duration_ms',
      help: 'Duration of each query to the trace backend in milliseconds, failed ones included.',
      buckets: QUERY_BUCKETS_MS,
      registers,
    }),

    lateChecks: counter(
      'tracebell_late_checks_total',
      'Checks that began late because the one before was still running.',
    ),
    skippedChecks: counter(
      'tracebell_skipped_checks_total',
      'Checks left out because one before ran past their time.',
    ),
    failuresInARow: gauge('tracebell_check_failures_in_a_row', 'Failed checks since the last good one.'),
    sampledAnswers: counter(
      'tracebell_sampled_answers_total',
      'Answers cut by a limit or the query budget, so that counts are a sample.',
    ),
    outsideWindow: counter(
      'tracebell_outside_window_traces_total',
      'Traces that a backend answered from outside the window it was asked for.',
    ),
    lateTraces: labelled(
      'tracebell_late_traces_total',
      'Anomalous traces that became visible later than TEMPO_MAX_LATENESS_SECS.',
      'type',
    ),
    uncoveredSeconds: counter(
      'tracebell_uncovered_seconds_total',
      'Seconds never searched, because the backend was away for longer than a search looks back.',
    ),
    forgottenTraces: counter(
      'tracebell_forgotten_traces_total',
      'Traces forgotten before their time because too many were remembered; they may be told again.',
    ),

    lostLogLines: labelled(
      'tracebell_lost_log_lines_total',
      'Log lines that a destination (standard output, the log file) did not take.',
      'destination',
    ),

    receivedSpans: counter('tracebell_received_spans_total', 'Spans received over OTLP and kept.'),
    refusedSpans: labelled(
      'tracebell_refused_spans_total',
      'Spans received over OTLP and not kept, by reason.',
      'reason',
    ),
    refusedRequests: labelled(
      'tracebell_refused_requests_total',
      'OTLP requests refused, by HTTP status or name of the gRPC code.',
      'status',
    ),
    evictedSpans: labelled(
      'tracebell_window_evicted_spans_total',
      'Spans that left the window, by reason: age, or bytes when it was full.',
      'reason',
    ),
    windowBytes: gauge('tracebell_window_bytes', 'Memory held by the window of received spans, in bytes.'),
    windowSpans: gauge('tracebell_window_spans', 'Spans in the window.'),
    windowTraces: gauge('tracebell_window_traces', 'Traces in the window.'),

    storeDropped: labelled(
      'tracebell_store_dropped_total',
      'What the store let go of without its having been used, because a bound was reached, by kind.',
      'kind',
    ),
    storeDegraded: gauge(
      'tracebell_store_degraded',
      'Whether state is kept in memory only because the disk fails: 1 or 0.',
    ),

    ...createAccessMetrics(registry),
    ...createAnomalyMetrics(registry),
    ...createConfigMetrics(registry),
    ...createNotifyMetrics(registry),
    ...createDispatchMetrics(registry),
    ...createRuleMetrics(registry),
  }
  // A counter that is there from the beginning shows its first rise too.
  for (const type of ANOMALY_TYPES) metrics.anomalies.inc({ type }, 0)
  for (const status of ['success', 'failure']) metrics.checks.inc({ status }, 0)
  return metrics
}
