import type { AlertingRule } from '../model/alerting-rule.js'
import type { MeasureRules, RuleMeasure } from '../model/rule-sample.js'
import { SourceError } from '../model/source-error.js'

export interface MeasureByKindOptions {
  /** Measures rules on what is unlike normal. */
  readonly anomalies: MeasureRules
  /** Measures rules with an expression. */
  readonly expressions: MeasureRules
}

const NOT_MEASURED = new SourceError('the rule was not measured', { reason: 'failed' })

/**
 * Has each rule measured by who knows its kind, those of one kind together and in their order; who has none to measure is
 * not asked.
 */
export function createMeasureByKind({ anomalies, expressions }: MeasureByKindOptions): MeasureRules {
  return async (rules, at, signal, missed) => {
    const measured = new Map<AlertingRule, RuleMeasure | SourceError>()
    const pass = async (measure: MeasureRules, own: readonly AlertingRule[]): Promise<void> => {
      if (own.length === 0) return
      const measures = await measure(own, at, signal, missed)
      own.forEach((rule, index) => measured.set(rule, measures[index] ?? NOT_MEASURED))
    }
    await pass(
      expressions,
      rules.filter(({ kind }) => kind !== 'anomaly'),
    )
    await pass(
      anomalies,
      rules.filter(({ kind }) => kind === 'anomaly'),
    )
    return rules.map((rule) => measured.get(rule) ?? NOT_MEASURED)
  }
}
