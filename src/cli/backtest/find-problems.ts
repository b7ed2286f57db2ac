import { describeAhead } from '../../replay/ahead-spans.js'
import type { RefusalReason } from '../../replay/backtest.js'
import type { BacktestReport, FileAccount } from '../../replay/backtest-report.js'
import { describeLate } from '../../replay/late-traces.js'
import type { RuleHistory } from '../../replay/firing-log.js'

/** What stands beside a report: why it may not be the whole truth, a sentence each. */
export function findProblems(report: BacktestReport): readonly string[] {
  const { cutOff, file, templateFaults, rules } = report
  return [
    ...(cutOff === undefined ? [] : [`partial: ${cutOff}`]),
    ...(file === undefined ? [] : findFileProblems(file)),
    ...templateFaults.map((fault) => `a text could not be filled in: ${fault}`),
    ...rules.flatMap((history) => describeHistory(history, cutOff)),
  ]
}

/** What of a file was left out, a sentence each. */
export function findFileProblems({ badLines, refused, ...file }: FileAccount): readonly string[] {
  return [
    ...findTimeProblems(file),
    ...(badLines === 0 ? [] : [`bad lines passed over: ${badLines}`]),
    ...Array.from(refused, ([reason, count]) => `spans left out: ${count}, ${REASONS[reason]}`),
  ]
}

/** What of a file no rule or not every rule has seen as its times do not fit, a sentence each. */
export function findTimeProblems({
  ahead,
  lateTraces,
}: Pick<FileAccount, 'ahead' | 'lateTraces'>): readonly string[] {
  return [describeAhead(ahead), describeLate(lateTraces)].filter((problem) => problem !== undefined)
}

const REASONS: Readonly<Record<RefusalReason, string>> = {
  duplicate: 'which had come before',
  invalid_trace_id: 'without a valid trace id',
  invalid_span_id: 'without a valid span id',
  invalid_parent_span_id: 'with a parent id that is none',
  too_many_items: 'with too many attributes, events or links',
  trace_too_large: 'of traces that had grown too large',
}

/** What of a rule's evaluations is not as it should be, a sentence each, without a reason that was `told` before. */
export function describeHistory(
  { rule, evaluations, partial, failed, lastError = 'no reason was given', uncounted, firings }: RuleHistory,
  told = '',
): string[] {
  const why = told.includes(lastError) ? '' : `: ${lastError}`
  const of = `of ${evaluations} evaluations`
  const problems = [
    failed > 0 ? `failed in ${failed} ${of}${why}` : undefined,
    partial > 0 ? `saw only a part of the traces in ${partial} ${of}, and ended no alert in them` : undefined,
    uncounted > 0 ? `fired ${uncounted} times more than the ${firings.length} that are told` : undefined,
  ]
  return problems.flatMap((problem) => (problem === undefined ? [] : [`${rule.alert}: ${problem}`]))
}
