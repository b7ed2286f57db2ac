import type { AlertingRule } from '../../model/alerting-rule.js'
import { formatDurationMs } from '../duration.js'

/** How far back a source knows anything. */
export interface SourceReach {
  readonly ms: number
  /** What sets it, in words. */
  readonly setBy: string
}

/** What to say of a rule whose window begins before what its source holds, so that it ends no alert; else undefined. */
export function findBeyondReach(rule: AlertingRule, reach: SourceReach): string | undefined {
  const { kind, windowMs, queryOffsetMs } = rule
  // What is normal is learned as spans come, and not looked up.
  if (kind === 'anomaly') return undefined
  if (windowMs + queryOffsetMs <= reach.ms) return undefined
  const offset = queryOffsetMs > 0 ? ` and the query_offset of ${formatDurationMs(queryOffsetMs)}` : ''
  const window = `the window of ${formatDurationMs(windowMs)}${offset}`
  return `${window} reaches further back than the ${formatDurationMs(reach.ms)} that ${reach.setBy}: the rule sees a part of the traces only, and no alert of it ends`
}
