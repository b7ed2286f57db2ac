import type { RuleGroup } from '../../model/alerting-rule.js'
import type { FiringAlert } from '../../model/alert-instance.js'
import type { LabelSet } from '../../model/label-set.js'
import type { LocalTraces } from '../../model/local-traces.js'
import type { Timestamp } from '../../model/time.js'
import { createTemplateRenderer } from '../../template/create-template-renderer.js'
import type { GroupStatus } from '../../rule/group-status.js'
import { createRuleAnomalies } from '../../rule/rule-anomalies.js'
import type { DispatchSettings } from '../delivery/open-rehearsed.js'
import type { RehearsedTelling } from '../delivery/rehearsal.js'
import { createRuleReplay, type RuleReplay } from '../replay-rules.js'
import type { ExpectedTelling } from './expected-notification.js'
import { openTestDelivery, type TestDelivery } from './test-delivery.js'
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

/** What a receiver was told where something was expected. */
export interface TellingResult {
  readonly expected: ExpectedTelling
  readonly start: Timestamp
  /** Since the receiver was looked at before. */
  readonly found: readonly RehearsedTelling[]
}

export interface RuleTestResults {
  readonly checks: readonly CheckResult[]
  readonly tellings: readonly TellingResult[]
}

export interface RuleTestOptions {
  readonly groups: readonly RuleGroup[]
  /** Who is told of what; undefined where nobody is. */
  readonly settings: DispatchSettings | undefined
  readonly signal: AbortSignal
}

/** As much as the embedded source takes by default. */
const MEMORY_BYTES = 256 * 1024 * 1024
/** So that no window reaches back to before there were any traces. */
const BEFORE_MS = 400 * 86_400_000

/**
 * Runs one unit test in a world of its own, from its start to the last thing that is expected. Windows end at the moment of
 * their evaluation, or `query_offset` before. Nothing is sent.
 */
export async function runRuleTest(test: RuleTest, options: RuleTestOptions): Promise<RuleTestResults> {
  const { traces, start } = test
  const { signal } = options
  const told = await openTestDelivery(test, options.settings)
  const replay = createTestReplay(test, options, told)
  let arrived = 0
  const checks: CheckResult[] = []
  const tellings: TellingResult[] = []
  for (const each of inOrder(test)) {
    const at = start + each.atMs
    for (let next = traces[arrived]; next !== undefined && next.at <= at; next = traces[arrived]) {
      await replay.moveTo(next.at, signal)
      replay.add(next.spans)
      arrived += 1
    }
    await replay.settle(at, signal)
    if ('alert' in each) checks.push(look(each, replay.statuses()))
    else tellings.push({ expected: each, start, found: await told.since(each.receiver, at) })
  }
  await told.close()
  return { checks, tellings }
}

function inOrder({ expected, tellings }: RuleTest): readonly (ExpectedFiring | ExpectedTelling)[] {
  return [...expected, ...tellings].toSorted((left, right) => left.atMs - right.atMs)
}

function createTestReplay(
  { start }: RuleTest,
  { groups, settings }: RuleTestOptions,
  told: TestDelivery,
): RuleReplay {
  let held: LocalTraces | undefined
  const anomalies = createRuleAnomalies((window) => held?.countWithin(window))
  return createRuleReplay({
    groups,
    render: createTemplateRenderer(settings?.links ?? {}),
    maxBytes: MEMORY_BYTES,
    lagMs: 0,
    start: start - BEFORE_MS,
    from: start,
    // Of any start the first evaluation is at the start itself.
    offsetMs: start === TESTS_START ? 0 : start,
    onOutcome: async (outcome, traces) => {
      held = traces
      await told.accept(outcome.at, outcome.alerts, anomalies.find(outcome).anomalies)
    },
  })
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
