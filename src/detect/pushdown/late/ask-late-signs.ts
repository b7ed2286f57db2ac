import type { Series } from '../../../model/question.js'
import type { SpanSource } from '../../../model/source.js'
import { SourceError } from '../../../model/source-error.js'
import { SECOND_MS, type Interval, type Timestamp } from '../../../model/time.js'
import { unlessRefused } from '../source-run.js'
import type { Turns } from '../turns.js'
import { LONG_SPAN_MS, type LateSigns } from './late-signs.js'

export interface AskLateSignsOptions {
  readonly source: SpanSource
  /** The windows, before which spans may have come late. */
  readonly windows: readonly Interval[]
  /** How far before each window, in milliseconds. */
  readonly lookBackMs: number
  readonly turns: Turns
  readonly signal: AbortSignal
}

/**
 * A Tempo 2 refuses the comparison, and shall: its counts come from another part of it than its searches, so that a span may
 * be counted before it can be found.
 */
const COUNT = '{ } | count_over_time() > 0 with (exemplars=false)'
const LONG_STEP_MS = 15 * SECOND_MS
/** Longer stretches are counted in long steps. */
const MOST_SECONDS = 1000
/** Where more spans are very long, they are no rare thing to be looked for one by one. */
const MOST_LONG_SPANS = 1000

/**
 * Asks for the signs of late spans: one count and one search for very long spans, both cheap. They must be asked for before
 * the windows are searched: what comes in between is searched once more then, and not missed. Answers the failure of a
 * source that cannot tell, and undefined where it did not tell all.
 */
export async function askLateSigns(
  options: AskLateSignsOptions,
): Promise<LateSigns | SourceError | undefined> {
  const since = Math.min(...options.windows.map(({ start }) => start)) - options.lookBackMs
  const end = Math.max(...options.windows.map((window) => window.end))
  const steps = toSteps({ start: since - LONG_SPAN_MS, end })
  const [counts, longSpans] = await Promise.all([
    unlessRefused(askCounts(steps, options)),
    unlessRefused(askLongSpans({ start: since, end }, options)),
  ])
  if (counts instanceof SourceError) return counts
  if (longSpans instanceof SourceError) return longSpans
  return counts && longSpans && { ...steps, counts, longSpans }
}

type Steps = Pick<LateSigns, 'stepMs' | 'covered'>

/** Steps as short as can be: the shorter they are, the less is searched again where one has changed. */
function toSteps({ start, end }: Interval): Steps {
  const stepMs = end - start > MOST_SECONDS * SECOND_MS ? LONG_STEP_MS : SECOND_MS
  const toWhole = (moment: Timestamp): Timestamp => Math.floor(moment / stepMs) * stepMs
  return { stepMs, covered: { start: toWhole(start), end: toWhole(end) } }
}

async function askCounts(
  { stepMs, covered }: Steps,
  { source, turns, signal }: AskLateSignsOptions,
): Promise<LateSigns['counts'] | undefined> {
  const question = { query: COUNT, window: covered, stepMs }
  const answer = await turns(() => source.queryRange(question, signal))
  return answer.completeness === 'complete' ? sumCounts(answer.items) : undefined
}

function sumCounts(series: readonly Series[]): LateSigns['counts'] {
  const counts = new Map<Timestamp, number>()
  for (const { at, value } of series.flatMap(({ samples }) => samples)) {
    counts.set(at, (counts.get(at) ?? 0) + value)
  }
  return counts
}

async function askLongSpans(
  window: Interval,
  { source, turns, signal }: AskLateSignsOptions,
): Promise<LateSigns['longSpans'] | undefined> {
  const query = `{ duration > ${LONG_SPAN_MS / SECOND_MS}s }`
  const question = { query, fields: [], window, budget: 1, inParts: true }
  const { items, completeness } = await turns(() => source.searchSpans(question, signal))
  if (completeness === 'partial' || items.some(({ isCut }) => isCut)) return undefined
  const spans = items.flatMap(({ trace }) => trace.spans)
  if (spans.length > MOST_LONG_SPANS) return undefined
  return new Map(spans.map((span) => [`${span.traceId} ${span.spanId}`, span.endTimeUnixNano]))
}
