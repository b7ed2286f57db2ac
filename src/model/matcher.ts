/** How a matcher compares: equal, different, matched by a regular expression as a whole, not matched by it. */
export const MATCH_OPERATORS = ['=', '!=', '=~', '!~'] as const
export type MatchOperator = (typeof MATCH_OPERATORS)[number]

/** A condition on one label. A label that is not there counts as one with an empty value. */
export interface Matcher {
  readonly name: string
  readonly operator: MatchOperator
  /** Of `=~` and `!~` a regular expression in RE2's syntax. */
  readonly value: string
}
