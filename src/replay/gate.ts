import type { RuleGroup } from '../model/alerting-rule.js'
import type { Clock } from '../model/clock.js'
import { DeadlineExceeded, withDeadline } from '../model/deadline.js'
import type { MeasureRules } from '../model/rule-sample.js'
import type { Interval, Timestamp } from '../model/time.js'
import type { TemplateLinks } from '../template/template-links.js'
import { countEvaluations, evaluatePlans, type GroupPlan } from './evaluate-plans.js'
import type { RuleHistory } from './firing-log.js'
import { findVerdict, type GateVerdict } from './gate-verdict.js'
import { ReplayError } from './replay-error.js'
import { createReplayRecord } from './replay-record.js'

/** What a gate is asked, whatever the source. */
export interface GateOptions {
  readonly groups: readonly RuleGroup[]
  readonly links?: TemplateLinks | undefined
  /** How long before the end rules are evaluated, in milliseconds. */
  readonly windowMs: number
  /** The end of what is looked at; undefined for now, or for where a file ends. */
  readonly end: Timestamp | undefined
  /** Whether a time without any trace is no verdict, whatever the rules say. */
  readonly requireData: boolean
  /** How long all of it may take, in milliseconds. */
  readonly timeoutMs: number
  /** Is told after each evaluation how many are done, and how many there are in all. */
  readonly onProgress: (done: number, total: number) => void
  /** The machine's. */
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface GateReport extends GateVerdict {
  /** What was looked at: traces from before it are only in the first windows. */
  readonly period: Interval
  readonly rules: readonly RuleHistory[]
  readonly templateFaults: readonly string[]
}

/** How a gate is judged, once it is known when and over what. */
export interface GateJudgement {
  readonly plans: readonly GroupPlan[]
  readonly measure: MeasureRules
  readonly period: Interval
  /** When the time is up. */
  readonly deadline: Timestamp
  /** Looks at the source after each evaluation, and decides whether there is any use in more. */
  readonly afterEach?: (() => 'go on' | 'stop') | undefined
  /** What keeps the gate from knowing all, asked once all is done. */
  readonly problems: () => readonly string[]
}

const MOST_EVALUATIONS = 50_000

/** Evaluates the rules over the plans and says what that comes to. Throws a `ReplayError` where there are too many evaluations. */
export async function judgeGate(options: GateOptions, judgement: GateJudgement): Promise<GateReport> {
  const { plans, period } = judgement
  const total = countEvaluations(plans)
  if (total > MOST_EVALUATIONS) {
    throw new ReplayError(`--window: that is ${total} evaluations, expected at most ${MOST_EVALUATIONS}`)
  }
  const record = createReplayRecord({ ...options, countTraces: () => undefined })
  let done = 0
  const late = await within(options, judgement.deadline, (signal) =>
    evaluatePlans({
      ...judgement,
      render: record.render,
      onOutcome: async (outcome) => {
        await record.note(outcome)
        done += 1
        options.onProgress(done, total)
        return judgement.afterEach?.() ?? 'go on'
      },
      signal,
    }),
  )
  const rules = record.histories()
  const problems = [...(late === undefined ? [] : [late]), ...judgement.problems()]
  const found = findVerdict({ ...options, plans, histories: rules, problems })
  return { ...found, period, rules, templateFaults: record.templateFaults() }
}

/** Does the work until the deadline; answers what to say where that was not long enough. */
export async function within(
  { clock, signal, timeoutMs }: Pick<GateOptions, 'clock' | 'signal' | 'timeoutMs'>,
  deadline: Timestamp,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<string | undefined> {
  try {
    await withDeadline(clock, deadline - clock.now(), signal, work)
    return undefined
  } catch (error) {
    if (error instanceof DeadlineExceeded) return `not done within ${timeoutMs / 1000} s (--timeout)`
    throw error
  }
}
