import type { Answer, FoundTrace } from '../../model/question.js'
import { SourceError } from '../../model/source-error.js'
import type { Trace } from '../../model/trace.js'
import type { TraceId } from '../../model/trace-id.js'
import type { TraceMatch } from '../../model/trace-match.js'
import { printFieldExpression, printPipeline } from '../../traceql/index.js'
import { askJoined, toBatches, type JoinedQuestion, type Outcomes } from './ask-joined.js'
import { fieldsOf, toSpanQuery, toTraceQuery } from './joined-queries.js'
import { unlessRefused, type SourceRun, type Suspects } from './source-run.js'
import { needsSpansOnly, type SpanNeeds, type TraceNeeds } from './trace-needs.js'

/** The traces that somebody needs. */
export interface Gathered {
  /** Those of which the answer to a search told all that is needed. */
  readonly told: readonly FoundTrace[]
  /** Whether the spans of those are the ones that are chosen; else they are yet to be judged. */
  readonly areChosen: boolean
  /** Those that are known as a whole. Some are of no interest. */
  readonly whole: readonly Trace[]
  readonly isComplete: boolean
}

export type GatheredTraces = ReadonlyMap<TraceNeeds, Gathered | SourceError>

/** More than this are not looked up as whole traces. */
const MOST_WHOLE_TRACES = 2000
/** What is told of a trace that matches. */
const OF_A_MATCH = ['name', 'status', 'resource.service.name']

/**
 * Asks the source for all traces that these need, by as few queries as can be. What it may hold in parts is looked up as a
 * whole.
 */
export async function gatherTraces(needs: readonly TraceNeeds[], run: SourceRun): Promise<GatheredTraces> {
  if (needs.length === 0) return new Map()
  const suspects = await unlessRefused(run.suspects())
  if (suspects instanceof SourceError) return new Map(needs.map((each) => [each, suspects]))
  const ofTraces = needs.filter((each) => !needsSpansOnly(each))
  const plain = ofTraces.filter(({ needsItems }) => !needsItems)
  const [spans, traces, withItems] = await Promise.all([
    askForSpans(needs.filter(needsSpansOnly), run, suspects),
    askForTraces(plain, run, suspects),
    // They are looked up one by one, so that not all that may be in parts can be among them.
    askForTraces(
      ofTraces.filter(({ needsItems }) => needsItems),
      run,
      NONE_KNOWN,
    ),
  ])
  const told = Array.from(spans, ([each, answer]) => sortSpans(each, answer, suspects))
  const candidates = await Promise.all([
    ...Array.from(traces, ([each, answer]) => sortCandidates(each, answer, suspects, run)),
    ...Array.from(withItems, ([each, answer]) => sortCandidates(each, answer, NONE_KNOWN, run)),
  ])
  return lookUpAll([...told, ...candidates], run)
}

/** Traces in parts are found by what rules ask for then. */
const NONE_KNOWN: Suspects = { ids: new Set(), areKnown: false }

async function askForSpans(
  needs: readonly SpanNeeds[],
  run: SourceRun,
  { areKnown }: Suspects,
): Promise<Outcomes<SpanNeeds, FoundTrace>> {
  const sizeOf = ({ condition, fields }: SpanNeeds): number =>
    printFieldExpression(condition).length + fields.join(', ').length
  return askInBatches(needs, sizeOf, {
    ask: (some) => run.findSpans({ query: toSpanQuery(some), fields: fieldsOf(some), inParts: !areKnown }),
    isTooMuch: () => false,
    hasBudget: () => run.hasBudget(),
  })
}

async function askForTraces(
  needs: readonly TraceNeeds[],
  run: SourceRun,
  { areKnown }: Suspects,
): Promise<Outcomes<TraceNeeds, TraceMatch>> {
  return askInBatches(needs, (each) => toTraceQuery([each], !areKnown).length, {
    ask: (some) => run.findTraces(toTraceQuery(some, !areKnown)),
    isTooMuch: ({ items }) => items.length > MOST_WHOLE_TRACES,
    hasBudget: () => run.hasBudget(),
  })
}

async function askInBatches<P, T>(
  needs: readonly P[],
  sizeOf: (needs: P) => number,
  question: JoinedQuestion<P, T>,
): Promise<Outcomes<P, T>> {
  const batches = toBatches(needs, sizeOf)
  const outcomes = await Promise.all(batches.map((batch) => askJoined(batch, question)))
  return new Map(outcomes.flatMap((each) => [...each]))
}

/** What an answer came to: traces that it told enough of, and those to be looked up. */
interface Sorted extends Omit<Gathered, 'whole'> {
  readonly needs: TraceNeeds
  readonly ids: readonly TraceId[]
}

type SortedOrNot = Sorted | { readonly needs: TraceNeeds; readonly failure: SourceError }

function sortSpans(
  needs: TraceNeeds,
  answer: Answer<FoundTrace> | SourceError,
  suspects: Suspects,
): SortedOrNot {
  if (answer instanceof SourceError) return { needs, failure: answer }
  const mustBeWhole = (found: FoundTrace): boolean =>
    found.isCut ||
    found.mayBeInParts ||
    suspects.ids.has(found.trace.traceId) ||
    (needs.needsItems && found.match.rootSpanName === undefined)
  return {
    needs,
    isComplete: answer.completeness === 'complete',
    told: answer.items.filter((each) => !mustBeWhole(each)),
    areChosen: false,
    ids: [...suspects.ids, ...answer.items.filter(mustBeWhole).map(({ trace }) => trace.traceId)],
  }
}

/** Each of these costs a source as much as a search. */
const MOST_WITH_ITEMS = 20

/** Where there are too many candidates, the source is believed on those that it holds in one part, if it can be. */
async function sortCandidates(
  needs: TraceNeeds,
  answer: Answer<TraceMatch> | SourceError,
  suspects: Suspects,
  run: SourceRun,
): Promise<SortedOrNot> {
  if (answer instanceof SourceError) return { needs, failure: answer }
  const ids = [...suspects.ids, ...answer.items.map(({ traceId }) => traceId)]
  const isComplete = answer.completeness === 'complete'
  const { exact, exactFields } = needs
  const most = needs.needsItems ? MOST_WITH_ITEMS : MOST_WHOLE_TRACES
  if (exact !== undefined && (suspects.areKnown || needs.needsItems) && ids.length > most) {
    const query = printPipeline(exact)
    const chosen = await unlessRefused(run.findSpans({ query, fields: exactFields, inParts: false }))
    if (!(chosen instanceof SourceError)) return { ...sortSpans(needs, chosen, suspects), areChosen: true }
  }
  return { needs, isComplete, told: [], areChosen: false, ids }
}

async function lookUpAll(found: readonly SortedOrNot[], run: SourceRun): Promise<GatheredTraces> {
  const sorted = found.flatMap((each) => ('failure' in each ? [] : [each]))
  const [withItems, plain] = await Promise.all([
    lookUp(
      sorted.filter(({ needs }) => needs.needsItems),
      run,
    ),
    lookUp(
      sorted.filter(({ needs }) => !needs.needsItems),
      run,
    ),
  ])
  return new Map(
    found.map((each) => {
      if ('failure' in each) return [each.needs, each.failure]
      return [each.needs, addWhole(each, each.needs.needsItems ? withItems : plain)]
    }),
  )
}

interface LookedUp {
  readonly traces: ReadonlyMap<TraceId, Trace>
  readonly isComplete: boolean
}

async function lookUp(found: readonly Sorted[], run: SourceRun): Promise<LookedUp | SourceError> {
  const ids = [...new Set(found.flatMap((each) => each.ids))].slice(0, MOST_WHOLE_TRACES)
  if (ids.length === 0) return { traces: new Map(), isComplete: true }
  const fields = [...new Set([...OF_A_MATCH, ...fieldsOf(found.map(({ needs }) => needs))])]
  const answer = await unlessRefused(run.wholeTraces(ids, fields))
  if (answer instanceof SourceError) return answer
  const traces = new Map(answer.items.map((trace) => [trace.traceId, trace]))
  return { traces, isComplete: answer.completeness === 'complete' }
}

function addWhole({ ids, ...sorted }: Sorted, lookedUp: LookedUp | SourceError): Gathered | SourceError {
  if (ids.length === 0) return { ...sorted, whole: [] }
  if (lookedUp instanceof SourceError) return lookedUp
  const whole = [...new Set(ids)].map((id) => lookedUp.traces.get(id))
  const known = whole.filter((trace) => trace !== undefined)
  const isComplete = sorted.isComplete && lookedUp.isComplete && known.length === whole.length
  return { ...sorted, whole: known, isComplete }
}
