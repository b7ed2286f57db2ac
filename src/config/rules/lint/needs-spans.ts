import type { Lint } from './lint.js'

const PROBLEM =
  'needs every span, and is not measured over a Tempo yet: each evaluation of it is an error; expected a source of the type embedded'

/** Rules that learn what is normal, where the source does not hold the spans themselves. */
export const lintNeedsSpans: Lint = ({ rule, options: { isAsked = false } }) =>
  rule.kind === 'anomaly' && isAsked ? [{ path: ['anomaly'], problem: PROBLEM }] : []
