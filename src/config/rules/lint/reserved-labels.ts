import type { Lint } from './lint.js'

/** Labels that come from somewhere else. */
export const lintReservedLabels: Lint = ({ rule }) =>
  rule.labels.has('alertname')
    ? [{ path: ['labels', 'alertname'], problem: 'never used: alertname is the name of the alert' }]
    : []
