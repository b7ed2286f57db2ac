import type { AlertingRule } from '../../../model/alerting-rule.js'
import { ANOMALY_LABELS } from '../../../model/finding.js'
import type { Finding, Lint } from './lint.js'

/** Labels that come from somewhere else. */
export const lintReservedLabels: Lint = ({ rule }) => [
  ...(rule.labels.has('alertname')
    ? [{ path: ['labels', 'alertname'], problem: 'never used: alertname is the name of the alert' }]
    : []),
  ...(rule.kind === 'anomaly' ? findHidden(rule) : []),
]

/** What is found has labels by which its alerts are told apart. A template may well make something else of one. */
function findHidden({ labels }: AlertingRule): readonly Finding[] {
  const fixed = ANOMALY_LABELS.filter((name) => labels.has(name) && !labels.get(name)?.includes('{{'))
  return fixed.map((name) => ({
    path: ['labels', name],
    problem: `hides the ${name} of what was found, so that two findings at once cannot be told apart, and the rule fails`,
  }))
}
