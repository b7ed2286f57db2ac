import { FIXTURES, loadEvalCases, loadMetricsCases, loadParseCases, tracesIn } from './cases.js'
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

/** Puts all cases of a suite to the library. */
export function runSuite(name: SuiteName, folder = FIXTURES): readonly Judged[] {
  if (name === 'parse') return loadParseCases(folder).map((item) => ({ ...item, verdict: judgeParse(item) }))
  const traces = loadTraces(tracesIn(folder))
  return name === 'eval'
    ? loadEvalCases(folder).map((item) => ({ ...item, verdict: judgeEval(item, traces) }))
    : loadMetricsCases(folder).map((item) => ({ ...item, verdict: judgeMetrics(item, traces) }))
}
