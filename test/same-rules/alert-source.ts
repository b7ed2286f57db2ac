import type { GroupOutcome } from '../../src/rule/rule-group.js'
import type { RuleGroup } from '../../src/model/alerting-rule.js'
import type { Timestamp } from '../../src/model/time.js'
import type { Arrival } from './arrivals.js'

/** What rules are evaluated over: traces that come, and the moments at which groups are due. */
export interface Story {
  readonly groups: readonly RuleGroup[]
  /** In order. */
  readonly arrivals: readonly Arrival[]
  /** In order; a request that comes at such a moment is seen by its evaluation. */
  readonly moments: readonly Timestamp[]
}

/** Something that holds traces, over which rules can be evaluated. */
export interface AlertSource {
  readonly name: string
  /** What every evaluation of every group came to, in order. */
  play(story: Story): Promise<readonly GroupOutcome[]>
}
