import type { AlertFacts } from '../model/alert-instance.js'
import type { Sample } from '../model/rule-sample.js'
import type { Describer } from './describe-alert.js'

/** Says why an alert fires whose condition was not seen: `NoData` or `Error`, in Grafana's words. */
export const REASON_ANNOTATION = 'alertstate_reason'
/** The same in a sentence. */
export const DETAIL_ANNOTATION = 'alertstate_detail'

const NO_SAMPLE: Sample = { labels: new Map(), value: 0, holds: true, exemplars: [] }

/**
 * The alert that says that a rule cannot see: it has the name and the labels of the rule and no others, so that it takes
 * the way of the rule's alerts; what is wrong stands in annotations, so that it stays one alert while that changes.
 */
export function describeTrouble(
  describer: Describer,
  reason: 'NoData' | 'Error',
  detail: string,
): AlertFacts {
  const facts = describer.facts(NO_SAMPLE)
  return {
    ...facts,
    annotations: new Map([...facts.annotations, [REASON_ANNOTATION, reason], [DETAIL_ANNOTATION, detail]]),
  }
}
