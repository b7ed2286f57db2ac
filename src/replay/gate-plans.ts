import type { AlertingRule, RuleGroup } from '../model/alerting-rule.js'
import type { Timestamp } from '../model/time.js'
import type { GroupPlan } from './evaluate-plans.js'

export interface GatePlansOptions {
  readonly groups: readonly RuleGroup[]
  /** Over so much time before the last one there are evaluations, in milliseconds. */
  readonly windowMs: number
  /** The evaluation of a rule that looks at everything up to the end. */
  readonly lastOf: (rule: AlertingRule) => Timestamp
  /** Where there is nothing from before: windows do not reach back beyond it, but for that of the last evaluation. */
  readonly dataStart?: Timestamp | undefined
}

/**
 * When groups are evaluated by a gate: every interval, backwards from the last evaluation, so that there is always one that
 * sees the very end. Rules of a group that look further back than others have a last evaluation of their own.
 */
export function planGate(options: GatePlansOptions): readonly GroupPlan[] {
  return options.groups.flatMap((group) =>
    Array.from(splitByLast(group, options), ([last, rules]) => {
      const stretchMs = Math.min(options.windowMs, roomBefore(last, rules, options.dataStart))
      const turns = Math.max(0, Math.floor(stretchMs / group.intervalMs))
      return { group: { ...group, rules }, first: last - turns * group.intervalMs, last }
    }),
  )
}

function splitByLast(
  { rules }: RuleGroup,
  { lastOf }: GatePlansOptions,
): ReadonlyMap<Timestamp, readonly AlertingRule[]> {
  const byLast = new Map<Timestamp, AlertingRule[]>()
  for (const rule of rules) {
    const last = lastOf(rule)
    byLast.set(last, [...(byLast.get(last) ?? []), rule])
  }
  return byLast
}

/** How far before the last evaluation there is one whose windows lie in the data. */
function roomBefore(
  last: Timestamp,
  rules: readonly AlertingRule[],
  dataStart = Number.NEGATIVE_INFINITY,
): number {
  const reaches = rules.map(({ windowMs, queryOffsetMs }) => windowMs + queryOffsetMs)
  return last - Math.max(...reaches) - dataStart
}
