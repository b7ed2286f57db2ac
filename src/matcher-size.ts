import type { Matcher } from './model/matcher.js'
import { estimateInstructions } from './regex/estimate-instructions.js'

/** About how many instructions the regular expression of a matcher has; 0 where it has none. It is not compiled. */
export function matcherSize({ operator, value }: Matcher): number {
  return operator === '=~' || operator === '!~' ? estimateInstructions(value) : 0
}
