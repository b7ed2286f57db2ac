import type { ValueCondition } from '../../../model/alerting-rule.js'
import { toNumber } from '../read-condition.js'
import type { Lint, LintedRule } from './lint.js'
import { ANY_VALUE, canMeet } from './value-range.js'

/** A condition to resolve that a value can meet which also fires. */
export const lintResolveConflict: Lint = (linted) => {
  const { resolveWhen } = linted.rule
  const fires = firingCondition(linted)
  if (resolveWhen === undefined || fires === undefined || !canMeet(ANY_VALUE, [resolveWhen, fires])) return []
  const problem = `${describe(resolveWhen)} holds for values that fire as well (${describe(fires)}), so that alerts end while their condition holds`
  return [{ path: ['resolve_when'], problem }]
}

function firingCondition({ rule, query: { root } }: LintedRule): ValueCondition | undefined {
  if (rule.kind === 'match') return { comparison: '>=', value: rule.threshold }
  const value = root.kind === 'SeriesFilter' ? toNumber(root.value) : undefined
  return root.kind === 'SeriesFilter' && value !== undefined
    ? { comparison: root.operator, value }
    : undefined
}

function describe({ comparison, value }: ValueCondition): string {
  return `${comparison} ${value}`
}
