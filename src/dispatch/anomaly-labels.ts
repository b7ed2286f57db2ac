import type { Anomaly } from '../model/anomaly.js'
import type { LabelSet } from '../model/label-set.js'

/** The labels that silences and maintenance windows match an anomaly by: `anomaly_type`, the same as `alertname`, `service`, `span_name` and those of a rule. */
export function toAnomalyLabels(anomaly: Anomaly): LabelSet {
  const { type, service, spanName } = toIdentity(anomaly)
  const own = [
    ['service', service],
    ['span_name', spanName],
  ] as const
  const known = own.flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  )
  const ofRule = anomaly.type === 'rule' ? [...anomaly.labels] : []
  return new Map([...known, ...ofRule, ['alertname', type], ['anomaly_type', type]])
}

/** What anomalies that are alike have in common, as text. */
export function toAnomalyKey(anomaly: Anomaly): string {
  const { type, service, spanName } = toIdentity(anomaly)
  // Instances of a rule are not alike, whatever they have in common.
  const labels = anomaly.type === 'rule' ? [...anomaly.labels].toSorted(([a], [b]) => (a < b ? -1 : 1)) : []
  return JSON.stringify([anomaly.type, type, service, spanName, labels])
}

interface Identity {
  /** Of a rule its name. */
  readonly type: string
  readonly service: string | undefined
  readonly spanName: string | undefined
}

function toIdentity(anomaly: Anomaly): Identity {
  switch (anomaly.type) {
    case 'high_error_rate':
      return { type: anomaly.type, service: undefined, spanName: undefined }
    case 'rule':
      return { type: anomaly.rule, service: anomaly.service, spanName: anomaly.trace?.rootSpanName }
    case 'high_latency':
    case 'error_status':
      return { type: anomaly.type, service: anomaly.serviceName, spanName: anomaly.spanName }
  }
}
