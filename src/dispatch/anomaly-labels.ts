import type { Anomaly, RuleAnomaly } from '../model/anomaly.js'
import type { LabelSet } from '../model/label-set.js'

/**
 * The labels that silences and maintenance windows match an anomaly by: `anomaly_type`, `alertname`, `service`, `span_name` and
 * those of a rule. The first two are the same but for what is unlike normal, of which the type is its signal.
 */
export function toAnomalyLabels(anomaly: Anomaly): LabelSet {
  const { name, type, service, spanName } = toIdentity(anomaly)
  const own = [
    ['service', service],
    ['span_name', spanName],
  ] as const
  const known = own.flatMap(([label, value]): [string, string][] =>
    value === undefined ? [] : [[label, value]],
  )
  const ofRule = anomaly.type === 'rule' ? [...anomaly.labels] : []
  return new Map([...known, ...ofRule, ['alertname', name], ['anomaly_type', type]])
}

/** What anomalies that are alike have in common, as text. */
export function toAnomalyKey(anomaly: Anomaly): string {
  const { name, service, spanName } = toIdentity(anomaly)
  // Instances of a rule are not alike, whatever they have in common.
  const labels = anomaly.type === 'rule' ? [...anomaly.labels].toSorted(([a], [b]) => (a < b ? -1 : 1)) : []
  return JSON.stringify([anomaly.type, name, service, spanName, labels])
}

interface Identity {
  /** Of a rule its name. */
  readonly name: string
  readonly type: string
  readonly service: string | undefined
  readonly spanName: string | undefined
}

function toIdentity(anomaly: Anomaly): Identity {
  switch (anomaly.type) {
    case 'high_error_rate':
      return { name: anomaly.type, type: anomaly.type, service: undefined, spanName: undefined }
    case 'rule':
      return identifyFound(anomaly)
    case 'high_latency':
    case 'error_status':
      return {
        name: anomaly.type,
        type: anomaly.type,
        service: anomaly.serviceName,
        spanName: anomaly.spanName,
      }
  }
}

function identifyFound({ rule, finding, service, trace }: RuleAnomaly): Identity {
  return { name: rule, type: finding?.signal ?? rule, service, spanName: trace?.rootSpanName }
}
