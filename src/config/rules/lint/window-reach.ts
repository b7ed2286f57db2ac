import { findBeyondReach } from '../find-beyond-reach.js'
import type { Lint } from './lint.js'

/** Windows that reach further back than the source does. */
export const lintWindowReach: Lint = ({ rule, options: { reach } }) => {
  const problem = reach && findBeyondReach(rule, reach)
  return problem === undefined ? [] : [{ path: ['window'], problem }]
}
