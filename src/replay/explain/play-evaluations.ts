import type { RenderTemplate } from '../../model/render-template.js'
import { SourceError } from '../../model/source-error.js'
import { createRuleGroup } from '../../rule/rule-group.js'
import { createMemoryRuleStore } from '../../store/memory-rule-store.js'
import { createMetrics } from '../../telemetry/metrics.js'
import { silentLogger } from '../../telemetry/silent-logger.js'
import { createReplayClock } from '../replay-clock.js'
import type { PlayedEvaluation, RecordedEvaluation, RuleInGroup } from './explanation.js'

/** Plays evaluations, in order of time, through the daemon's own life cycle of alerts, which begins with none. */
export async function playEvaluations(
  { group, rule }: RuleInGroup,
  recorded: readonly RecordedEvaluation[],
  render: RenderTemplate,
  signal: AbortSignal,
): Promise<readonly PlayedEvaluation[]> {
  const clock = createReplayClock(recorded[0]?.at ?? 0)
  const byTime = new Map(recorded.map(({ at, measured }) => [at, measured]))
  const run = createRuleGroup({
    group: { ...group, rules: [rule] },
    measure: async (_, at) => [byTime.get(at) ?? NOT_MEASURED],
    render,
    store: createMemoryRuleStore(),
    onAlerts: () => {},
    clock,
    logger: silentLogger,
    metrics: createMetrics(),
  })
  const played: PlayedEvaluation[] = []
  for (const evaluation of recorded) {
    clock.moveTo(evaluation.at)
    const { status } = await run.evaluate(evaluation.at, signal)
    const [own] = status.rules
    if (own !== undefined) played.push({ ...evaluation, status: own })
  }
  return played
}

const NOT_MEASURED = new SourceError('the rule was not measured', { reason: 'failed' })
