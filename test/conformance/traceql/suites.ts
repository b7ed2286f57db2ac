import { loadEvalCases, loadMetricsCases, loadParseCases, TRACES } from './cases.js'
import { loadTraces } from './load-traces.js'
import type { Verdict } from './verdict.js'
import { judgeEval, judgeParse } from './verdict.js'
import { judgeMetrics } from './verdict-metrics.js'

/** A case and what became of it. */
export interface Judged {
  readonly id: string
  readonly query: string
  readonly features: readonly string[]
  readonly quirk?: string
  readonly verdict: Verdict
}

export const SUITES = ['parse', 'eval', 'metrics'] as const
export type SuiteName = (typeof SUITES)[number]

/** Runs all cases of a suite. */
export function runSuite(name: SuiteName): readonly Judged[] {
  if (name === 'parse') return loadParseCases().map((item) => ({ ...item, verdict: judgeParse(item) }))
  const traces = loadTraces(TRACES)
  return name === 'eval'
    ? loadEvalCases().map((item) => ({ ...item, verdict: judgeEval(item, traces) }))
    : loadMetricsCases().map((item) => ({ ...item, verdict: judgeMetrics(item, traces) }))
}
