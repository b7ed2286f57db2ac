import type { AlertingRule } from '../../src/model/alerting-rule.js'
import type { RuleMeasure, Sample } from '../../src/model/rule-sample.js'
import { SourceError } from '../../src/model/source-error.js'

type Measured = RuleMeasure | SourceError | undefined

/** The rules that came to something else, with both, to be read by a person. */
export function findDiffering(
  rules: readonly AlertingRule[],
  some: readonly Measured[],
  others: readonly Measured[],
): readonly object[] {
  return rules.flatMap(({ expr }, index) => {
    const isQuantile = expr.includes('quantile_over_time')
    const [got, want] = [show(some[index], isQuantile), show(others[index], isQuantile)]
    return JSON.stringify(got) === JSON.stringify(want) ? [] : [{ rule: expr, got, want }]
  })
}

/** `labels value holds` of each sample, sorted. A value of a quantile is an estimate, and only its side matters. */
function show(measured: Measured, isQuantile: boolean): readonly string[] {
  if (measured === undefined) return ['not measured']
  if (measured instanceof SourceError) return [`${measured.reason}: ${measured.message}`]
  const samples = measured.samples.map(({ labels, value, holds }: Sample) => {
    const names = Array.from(labels, ([name, text]) => `${name}=${text}`).sort()
    return `${names.join(',')} ${isQuantile ? '' : Number(value.toPrecision(9))}${holds ? ' !' : ''}`.trim()
  })
  return [measured.completeness, String(measured.hasData), ...samples.sort()]
}
