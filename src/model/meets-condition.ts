import type { ValueCondition } from './alerting-rule.js'

/** Whether a value meets a condition. A value that is no number meets none but `!=`. */
export function meetsCondition(value: number, condition: ValueCondition): boolean {
  switch (condition.comparison) {
    case '>':
      return value > condition.value
    case '>=':
      return value >= condition.value
    case '<':
      return value < condition.value
    case '<=':
      return value <= condition.value
    case '=':
      return value === condition.value
    case '!=':
      return value !== condition.value
  }
}
