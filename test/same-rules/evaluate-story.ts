import type { MeasureRules } from '../../src/model/rule-sample.js'
import type { Timestamp } from '../../src/model/time.js'
import { createReplayClock } from '../../src/replay/replay-clock.js'
import { createRuleGroup, type GroupOutcome } from '../../src/rule/rule-group.js'
import { createMemoryRuleStore } from '../../src/store/memory-rule-store.js'
import { createTemplateRenderer } from '../../src/template/create-template-renderer.js'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { createTestLogger } from '../test-logger.js'
import type { Story } from './alert-source.js'
import type { Arrival } from './arrivals.js'

export interface EvaluateStoryOptions {
  readonly measure: MeasureRules
  /** Takes in what has come since the last moment, so that it is seen at this one. */
  readonly take: (arrivals: readonly Arrival[], at: Timestamp) => Promise<void>
}

/** Evaluates the groups of a story at each of its moments, one after the other, with the daemon's own life cycle. */
export async function evaluateStory(
  { groups, arrivals, moments }: Story,
  { measure, take }: EvaluateStoryOptions,
): Promise<readonly GroupOutcome[]> {
  const clock = createReplayClock(moments[0] ?? 0)
  const runs = groups.map((group) =>
    createRuleGroup({
      group,
      measure,
      render: createTemplateRenderer({}),
      store: createMemoryRuleStore(),
      onAlerts: () => {},
      clock,
      logger: createTestLogger(),
      metrics: createMetrics(),
    }),
  )
  const outcomes: GroupOutcome[] = []
  let since = Number.NEGATIVE_INFINITY
  for (const at of moments) {
    clock.moveTo(at)
    const from = since
    await take(
      arrivals.filter((each) => each.at > from && each.at <= at),
      at,
    )
    since = at
    for (const run of runs) outcomes.push(await run.evaluate(at, new AbortController().signal))
  }
  return outcomes
}
