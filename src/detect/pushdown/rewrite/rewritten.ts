import type { FieldExpression } from '../../../traceql/index.js'
import { ALWAYS, allOf, anyOf } from './conditions.js'

/** A condition in the words that a backend answers rightly. */
export interface Rewritten {
  readonly condition: FieldExpression
  /** Whether it holds for just the spans that it should hold for. It always holds for these; else for some more too. */
  readonly isExact: boolean
}

export const exactly = (condition: FieldExpression): Rewritten => ({ condition, isExact: true })
export const atLeast = (condition: FieldExpression): Rewritten => ({ condition, isExact: false })

/** Nothing could be said of it, so it is left to whoever judges the spans. */
export const UNKNOWN: Rewritten = atLeast(ALWAYS)

export function bothOf(left: Rewritten, right: Rewritten): Rewritten {
  return { condition: allOf(left.condition, right.condition), isExact: left.isExact && right.isExact }
}

export function eitherOf(left: Rewritten, right: Rewritten): Rewritten {
  return { condition: anyOf(left.condition, right.condition), isExact: left.isExact && right.isExact }
}
