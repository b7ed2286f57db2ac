import type { RuleMeasure } from '../../../model/rule-sample.js'
import type { Span } from '../../../model/span.js'
import { toTraceMatch } from '../../../model/to-trace-match.js'
import type { TraceId } from '../../../model/trace-id.js'
import { TraceContext } from '../../../traceql/index.js'
import type { Gathered } from '../gather-traces.js'
import { isKnown, type SourceRun } from '../source-run.js'
import {
  createInstanceCounter,
  type CountedTrace,
  type InstanceCounter,
  type InstanceKey,
} from './count-instances.js'
import { createJudge, type Judge } from './judge.js'
import { placeOf, remember, type MatchMemory } from './match-memory.js'
import { extentOf, extentOfFound, type Extent } from './overlap.js'
import type { MatchPlan } from './plan-match.js'

/** What a match rule measured, and what is to be known of it the next time. */
export interface MatchMeasured {
  readonly measure: RuleMeasure
  readonly memory: MatchMemory
}

/** Measures a match rule by the traces that were gathered for it. Rejects with a `SourceError`. */
export async function measureMatch(
  plan: MatchPlan,
  gathered: Gathered,
  memory: MatchMemory | undefined,
  run: SourceRun,
): Promise<MatchMeasured> {
  const { window, lookBackMs } = run
  const counter = createInstanceCounter(plan.rule)
  const counting: Counting = { counter, memory, run, found: new Map(), late: 0 }
  const judge = createJudge(plan)
  countTold(gathered, judge, counting)
  countWhole(gathered, judge, counting)
  const traffic = await run.traffic()
  const isTrafficKnown = isKnown(traffic, Math.max(1, plan.rule.minTraffic))
  const isAllFound = gathered.isComplete && !counter.isFull()
  const signs = isAllFound ? run.signs : undefined
  return {
    measure: {
      window,
      samples: counter.samples(traffic.count),
      completeness: isAllFound && isTrafficKnown ? 'complete' : 'partial',
      hasData: traffic.count > 0,
      ...(counting.late > 0 && { lateTraces: counting.late }),
    },
    memory: remember(memory, { window, found: counting.found, signs }, window.start - lookBackMs),
  }
}

interface Counting {
  readonly counter: InstanceCounter
  readonly memory: MatchMemory | undefined
  readonly run: SourceRun
  /** The instances in which each trace counts now. */
  readonly found: Map<TraceId, readonly InstanceKey[]>
  late: number
}

function countTold({ told, areChosen }: Gathered, judge: Judge, counting: Counting): void {
  for (const found of told) {
    const context = new TraceContext(found.trace)
    const spansOf = (): readonly Span[] => (areChosen ? found.trace.spans : judge(context))
    count(extentOfFound(found), { match: found.match, context, isWhole: false }, spansOf, counting)
  }
}

function countWhole({ whole }: Gathered, judge: Judge, counting: Counting): void {
  for (const trace of whole) {
    const context = new TraceContext(trace)
    count(
      extentOf(trace),
      { match: toTraceMatch(trace), context, isWhole: true },
      () => judge(context),
      counting,
    )
  }
}

function count(
  extent: Extent,
  trace: Omit<CountedTrace, 'spans'>,
  spansOf: () => readonly Span[],
  counting: Counting,
): void {
  const { counter, memory, run, found } = counting
  const { traceId } = trace.match
  const place = placeOf(extent, run.window, memory)
  if (place === 'elsewhere') return
  const spans = spansOf()
  if (spans.length === 0) return
  const before = place === 'earlier' ? memory?.counted.get(traceId)?.keys : undefined
  if (before === 'all') return
  const keys = counter.count({ ...trace, spans }, before)
  if (keys.length === 0) return
  found.set(traceId, keys)
  if (place === 'earlier') counting.late += 1
}
