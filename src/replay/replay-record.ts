import type { RuleGroup } from '../model/alerting-rule.js'
import type { RuleAnomaly } from '../model/anomaly.js'
import type { RenderTemplate } from '../model/render-template.js'
import type { Interval, Timestamp } from '../model/time.js'
import { toAnomalyPayload } from '../notify/webhook/encode-anomaly.js'
import { createRuleAnomalies, type CountTraces } from '../rule/rule-anomalies.js'
import type { GroupOutcome } from '../rule/rule-group.js'
import { createTemplateRenderer } from '../template/create-template-renderer.js'
import type { TemplateLinks } from '../template/template-links.js'
import { createFiringLog, type RuleHistory } from './firing-log.js'
import { watchRendering } from './watch-rendering.js'

export interface ReplayRecordOptions {
  readonly groups: readonly RuleGroup[]
  /** Where the texts of alerts link to. */
  readonly links?: TemplateLinks | undefined
  /** Is given each anomaly as a line of JSON without its end; undefined where nobody wants them. */
  readonly onAnomaly?: ((line: string) => void) | undefined
  /** How many traces a window holds, where that is known. */
  readonly countTraces: CountTraces
}

/** What is kept of the evaluations of a replay. */
export interface ReplayRecord {
  readonly render: RenderTemplate
  note(outcome: GroupOutcome): void
  /** When the first and the last evaluation were; both `otherwise` where there was none. */
  period(otherwise: Timestamp): Interval
  histories(): readonly RuleHistory[]
  /** Why texts of alerts could not be filled in, each once; the first few. */
  templateFaults(): readonly string[]
}

export function createReplayRecord(options: ReplayRecordOptions): ReplayRecord {
  const log = createFiringLog(options.groups)
  const anomalies = createRuleAnomalies(options.countTraces)
  const rendering = watchRendering(createTemplateRenderer(options.links ?? {}))
  const evaluated: { first?: Timestamp; last?: Timestamp } = {}
  return {
    render: rendering.render,
    note: (outcome) => {
      evaluated.first ??= outcome.at
      evaluated.last = outcome.at
      log.note(outcome.status)
      for (const anomaly of anomalies.find(outcome).anomalies) options.onAnomaly?.(encodeLine(anomaly))
    },
    period: (otherwise) => {
      const start = evaluated.first ?? otherwise
      return { start, end: evaluated.last ?? start }
    },
    histories: () => log.histories(),
    templateFaults: () => rendering.faults(),
  }
}

/** What a webhook would receive, and what it is about. */
function encodeLine(anomaly: RuleAnomaly): string {
  const { service, rule } = anomaly
  return JSON.stringify({ ...toAnomalyPayload(anomaly), service, rule })
}
