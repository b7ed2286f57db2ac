import type { AlertingRule } from '../../model/alerting-rule.js'
import type { Interval } from '../../model/time.js'
import type { RuleMemory } from './rule-memory.js'
import type { MatchRun, RuleProgram, RuleRun } from './rule-run.js'

/** One rule in one evaluation. */
export type RuleTask = (
  | { readonly kind: 'metric'; readonly run: RuleRun }
  | { readonly kind: 'match'; readonly run: MatchRun }
) & {
  readonly rule: AlertingRule
  readonly window: Interval
  /** Of its earlier evaluations; undefined at the first. */
  readonly memory: RuleMemory | undefined
}

export type MatchTask = Extract<RuleTask, { kind: 'match' }>

/** Begins an evaluation of a rule over a window. */
export function startTask(
  rule: AlertingRule,
  program: RuleProgram,
  window: Interval,
  memory: RuleMemory | undefined,
): RuleTask {
  const common = { rule, window, memory }
  return program.kind === 'metric'
    ? { kind: 'metric', run: program.start(window), ...common }
    : { kind: 'match', run: program.start(window), ...common }
}
