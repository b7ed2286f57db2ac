import type { RuleGroup } from '../model/alerting-rule.js'
import type { RuleAnomaly } from '../model/anomaly.js'
import type { RenderTemplate } from '../model/render-template.js'
import type { Interval, Timestamp } from '../model/time.js'
import { toAnomalyPayload } from '../notify/webhook/encode-anomaly.js'
import { createRuleAnomalies, type CountTraces } from '../rule/rule-anomalies.js'
import type { GroupOutcome } from '../rule/rule-group.js'
import { createTemplateRenderer } from '../template/create-template-renderer.js'
import type { TemplateLinks } from '../template/template-links.js'
import type { DeliveryReport } from './delivery/delivery-report.js'
import type { DispatchSettings } from './delivery/open-rehearsed.js'
import { rehearseReplay } from './delivery/rehearse-replay.js'
import { createFiringLog, type RuleHistory } from './firing-log.js'
import { watchRendering } from './watch-rendering.js'

export interface ReplayRecordOptions {
  readonly groups: readonly RuleGroup[]
  /** Where the texts of alerts link to. */
  readonly links?: TemplateLinks | undefined
  /** Is given each anomaly as a line of JSON without its end; undefined where nobody wants them. */
  readonly onAnomaly?: ((line: string) => void) | undefined
  /** Who is to be told, where that is rehearsed too. */
  readonly delivery?: DispatchSettings | undefined
  /** How many traces a window holds, where that is known. */
  readonly countTraces: CountTraces
}

/** What is kept of the evaluations of a replay. */
export interface ReplayRecord {
  readonly render: RenderTemplate
  note(outcome: GroupOutcome): Promise<void>
  /** Ends what goes on beside the evaluations: who would have been told of what; undefined where nobody is named. */
  finish(): Promise<DeliveryReport | undefined>
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
  const rehearsed = options.delivery && rehearseReplay(options.delivery)
  const evaluated: { first?: Timestamp; last?: Timestamp } = {}
  return {
    render: rendering.render,
    note: async (outcome) => {
      evaluated.first ??= outcome.at
      evaluated.last = outcome.at
      log.note(outcome.status)
      const found = anomalies.find(outcome).anomalies
      for (const anomaly of found) options.onAnomaly?.(encodeLine(anomaly))
      await rehearsed?.note(outcome, found)
    },
    finish: async () => rehearsed?.finish(evaluated.last ?? 0),
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
