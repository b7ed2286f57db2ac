import { SourceError } from '../../model/source-error.js'
import type { Explanation } from '../../replay/explain/explanation.js'

/** Whether the values are only estimates, as where a source knows quantiles by powers of two; conditions are exact even so. */
export function isEstimate({ plan }: Pick<Explanation, 'plan'>): boolean {
  if (plan instanceof SourceError) return false
  return plan.some(({ runs, text }) => runs === 'source' && text.includes('histogram_over_time('))
}
