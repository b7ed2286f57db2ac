import type { ValueCondition } from '../../../model/alerting-rule.js'
import { meetsCondition } from '../../../model/meets-condition.js'

/** All numbers from `least` to `most`, both included where they are finite. */
export interface ValueRange {
  readonly least: number
  readonly most: number
}

export const ANY_VALUE: ValueRange = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }
export const FROM_ZERO: ValueRange = { least: 0, most: Number.POSITIVE_INFINITY }

/** Whether some value of the range meets every one of the conditions. */
export function canMeet(range: ValueRange, conditions: readonly ValueCondition[]): boolean {
  return samples(range, conditions).some((value) => conditions.every((each) => meetsCondition(value, each)))
}

/** Whether every value of the range meets the condition. */
export function mustMeet(range: ValueRange, condition: ValueCondition): boolean {
  return samples(range, [condition]).every((value) => meetsCondition(value, condition))
}

/** Values on, between and beyond all borders: no condition tells apart what lies between two of them. */
function samples({ least, most }: ValueRange, conditions: readonly ValueCondition[]): readonly number[] {
  const borders = [...conditions.map(({ value }) => value), least, most]
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  const between = borders.slice(1).map((border, index) => (border + (borders[index] ?? border)) / 2)
  const beyond = [(borders[0] ?? 0) - 1, (borders.at(-1) ?? 0) + 1]
  return [...borders, ...between, ...beyond].filter((value) => value >= least && value <= most)
}
