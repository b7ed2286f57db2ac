import { Counter, type Registry } from 'prom-client'

export type AnomalyMetrics = ReturnType<typeof createAnomalyMetrics>

/** Metrics of learning what is normal. */
export function createAnomalyMetrics(registry: Registry) {
  const registers = [registry]
  return {
    unfollowedSpans: new Counter({
      name: 'tracebell_unfollowed_spans_total',
      help: 'Spans of operations of which nothing is learned, because there are too many operations.',
      registers,
    }),
    lateSpans: new Counter({
      name: 'tracebell_anomaly_late_spans_total',
      help: 'Spans that came when their time had been looked at already: they count neither as usual nor as unusual.',
      registers,
    }),
    unkeptBaselines: new Counter({
      name: 'tracebell_unkept_baselines_total',
      help: 'Times that what is normal could not be saved, or not be read after a restart and is learned anew.',
      registers,
    }),
  }
}
