import type { RuleMeasure } from '../../../model/rule-sample.js'
import { toTraceMatch } from '../../../model/to-trace-match.js'
import { TraceContext } from '../../../traceql/index.js'
import type { Gathered } from '../gather-traces.js'
import type { SourceRun } from '../source-run.js'
import { createInstanceCounter, type InstanceCounter } from './count-instances.js'
import { createJudge, type Judge } from './judge.js'
import { foundOverlaps, overlaps } from './overlap.js'
import type { MatchPlan } from './plan-match.js'

/** Measures a match rule by the traces that were gathered for it. Rejects with a `SourceError`. */
export async function measureMatch(
  plan: MatchPlan,
  gathered: Gathered,
  run: SourceRun,
): Promise<RuleMeasure> {
  const counter = createInstanceCounter(plan.rule)
  const judge = createJudge(plan)
  countTold(gathered, judge, counter, run)
  countWhole(gathered, judge, counter, run)
  const traffic = (await run.traffic()).count
  return {
    window: run.window,
    samples: counter.samples(traffic),
    completeness: gathered.isComplete && !counter.isFull() ? 'complete' : 'partial',
    hasData: traffic > 0,
  }
}

function countTold(
  { told, areChosen }: Gathered,
  judge: Judge,
  counter: InstanceCounter,
  run: SourceRun,
): void {
  for (const found of told) {
    if (!foundOverlaps(found, run.window)) continue
    const context = new TraceContext(found.trace)
    const spans = areChosen ? found.trace.spans : judge(context)
    if (spans.length > 0) counter.count({ match: found.match, context, spans, isWhole: false })
  }
}

function countWhole({ whole }: Gathered, judge: Judge, counter: InstanceCounter, run: SourceRun): void {
  for (const trace of whole) {
    if (!overlaps(trace, run.window)) continue
    const context = new TraceContext(trace)
    const spans = judge(context)
    if (spans.length > 0) counter.count({ match: toTraceMatch(trace), context, spans, isWhole: true })
  }
}
