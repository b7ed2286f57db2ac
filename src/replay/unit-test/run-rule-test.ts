import type { RuleGroup } from '../../model/alerting-rule.js'
import type { FiringAlert } from '../../model/alert-instance.js'
import type { LabelSet } from '../../model/label-set.js'
import { createTemplateRenderer } from '../../template/create-template-renderer.js'
import type { GroupStatus } from '../../rule/group-status.js'
import { createRuleReplay } from '../replay-rules.js'
import type { ExpectedFiring, RuleTest } from './rule-test.js'
import { TESTS_START } from './tests-start.js'

/** An alert that fires. */
export interface FoundAlert {
  /** Without `alertname`. */
  readonly labels: LabelSet
  readonly annotations: LabelSet
  readonly value: number
}

/** What was found where something was expected. */
export interface CheckResult {
  readonly expected: ExpectedFiring
  readonly found: readonly FoundAlert[]
  /** Why rules of that name could not be evaluated. */
  readonly errors: readonly string[]
}

export interface RuleTestOptions {
  readonly groups: readonly RuleGroup[]
  readonly signal: AbortSignal
}

/** As much as the embedded source takes by default. */
const MEMORY_BYTES = 256 * 1024 * 1024
/** So that no window reaches back to before there were any traces. */
const BEFORE_MS = 400 * 86_400_000

/**
 * Runs one unit test in a world of its own, from its start to the last thing that is expected. Windows end at the moment of
 * their evaluation, or `query_offset` before.
 */
export async function runRuleTest(
  { traces, expected }: RuleTest,
  { groups, signal }: RuleTestOptions,
): Promise<readonly CheckResult[]> {
  const replay = createRuleReplay({
    groups,
    render: createTemplateRenderer({}),
    maxBytes: MEMORY_BYTES,
    lagMs: 0,
    start: TESTS_START - BEFORE_MS,
    from: TESTS_START,
    onOutcome: () => {},
  })
  let arrived = 0
  const results: CheckResult[] = []
  for (const each of expected) {
    const at = TESTS_START + each.atMs
    for (let next = traces[arrived]; next !== undefined && next.at <= at; next = traces[arrived]) {
      await replay.moveTo(next.at, signal)
      replay.add(next.spans)
      arrived += 1
    }
    await replay.settle(at, signal)
    results.push(look(each, replay.statuses()))
  }
  return results
}

function look(expected: ExpectedFiring, groups: readonly GroupStatus[]): CheckResult {
  const rules = groups.flatMap((group) => group.rules).filter(({ rule }) => rule.alert === expected.alert)
  return {
    expected,
    found: rules.flatMap(({ alerts }) => [...alerts.values()].filter(isFiring).map(toFound)),
    errors: rules.flatMap(({ lastError }) => lastError ?? []),
  }
}

function isFiring(alert: { readonly state: string }): alert is FiringAlert {
  return alert.state === 'firing'
}

function toFound({ labels, annotations, value }: FiringAlert): FoundAlert {
  return { labels: new Map([...labels].filter(([name]) => name !== 'alertname')), annotations, value }
}
