import { DETAIL_ANNOTATION, REASON_ANNOTATION } from '../rule/trouble.js'
import type { GroupPlan } from './evaluate-plans.js'
import type { Firing, RuleHistory } from './firing-log.js'

export interface GateFacts {
  readonly plans: readonly GroupPlan[]
  readonly histories: readonly RuleHistory[]
  /** What keeps the gate from knowing all, beside the rules. */
  readonly problems: readonly string[]
  /** Whether a time without any trace is no verdict, whatever the rules say. */
  readonly requireData: boolean
  /** The time over which rules were to be evaluated, in milliseconds. */
  readonly windowMs: number
}

/** What a gate comes to. What has fired has fired, also where not everything could be seen. */
export interface GateVerdict {
  readonly verdict: 'fired' | 'nothing fired' | 'no verdict'
  /** Why nobody can know whether more fired, each once. */
  readonly reasons: readonly string[]
  /** Whether any evaluation found a trace. */
  readonly sawTraces: boolean
}

export function findVerdict(facts: GateFacts): GateVerdict {
  const { histories, problems, requireData } = facts
  const sawTraces = histories.some(({ evaluations, noData, failed }) => evaluations > noData + failed)
  const reasons = [
    ...problems,
    ...histories.flatMap((history) => doubtsOf(history, facts)),
    ...(requireData && !sawTraces ? ['no trace was found at all'] : []),
  ]
  const hasFired = histories.some(({ firings }) => firings.some(isFinding))
  const verdict = hasFired ? 'fired' : reasons.length > 0 ? 'no verdict' : 'nothing fired'
  return { verdict, reasons: [...new Set(reasons)], sawTraces }
}

/** An alert that says that its rule could not be evaluated is no finding about the traces. */
export function isFinding({ annotations }: Firing): boolean {
  return annotations.get(REASON_ANNOTATION) !== 'Error'
}

/** Why an alert fired whose condition was not seen, in words; undefined for all others. */
export function troubleOf({ annotations }: Firing): string | undefined {
  const reason = annotations.get(REASON_ANNOTATION)
  return reason === undefined ? undefined : `${reason}: ${annotations.get(DETAIL_ANNOTATION) ?? ''}`
}

const SECOND_MS = 1000

function doubtsOf(history: RuleHistory, { plans, problems, windowMs }: GateFacts): readonly string[] {
  const { rule, evaluations, failed, partial, noData, lastError = 'no reason was given' } = history
  // A source that was given up is told of once.
  const why = problems.some((problem) => problem.includes(lastError)) ? '' : `: ${lastError}`
  const of = `of ${evaluations} evaluations`
  const stretchMs = stretchOf(history, plans)
  const doubts = [
    failed > 0 && `failed in ${failed} ${of}${why}`,
    partial > 0 && `saw only a part of the traces in ${partial} ${of}`,
    noData > 0 &&
      noData === evaluations &&
      rule.noData === 'keep' &&
      'found no trace, and its no_data is keep',
    rule.forMs > stretchMs && describeTooShort(history, stretchMs, windowMs),
  ]
  return doubts.flatMap((doubt) => (doubt === false ? [] : [`${rule.alert}: ${doubt}`]))
}

/** Why a rule could not fire, and whether more of the past would help. */
function describeTooShort({ rule, group }: RuleHistory, stretchMs: number, windowMs: number): string {
  const problem = `could not fire, as its \`for\` of ${rule.forMs / SECOND_MS} s is longer than the ${stretchMs / SECOND_MS} s from its first evaluation to its last`
  const isWindow = stretchMs + group.intervalMs > windowMs
  return `${problem}: ${isWindow ? 'give a longer --window' : 'the file is too short for it'}`
}

/** How long it is from the first evaluation of a rule to its last. */
function stretchOf({ rule }: RuleHistory, plans: readonly GroupPlan[]): number {
  const plan = plans.find(({ group }) => group.rules.includes(rule))
  return plan === undefined ? 0 : plan.last - plan.first
}
