import type { FoundTrace, WholeTraceQuestion } from '../../model/question.js'
import type { Trace } from '../../model/trace.js'
import { trimZeros, type TraceId } from '../../model/trace-id.js'
import { decodeFoundTraces } from './decode-spans.js'
import type { PageQuestion } from './page.js'
import type { Page } from './split-search.js'
import { MOST_SPANS_PER_SET } from './search-spans.js'
import { isTellable, planFields, printFieldStages } from './span-fields.js'
import { spaceQuery } from './space-query.js'

/** Traces that one search tells of: about 8 KB of query, and some MB of answer. */
const TRACES_A_SEARCH = 150

/** What every span must tell so that the tree of its trace is known, and its root. */
const STRUCTURE = ['span:parentID', 'kind', 'name', 'resource.service.name']

/** How traces are looked up. */
export interface TraceLookUp {
  /** One page of a search. */
  ask(question: PageQuestion<FoundTrace>): Promise<Page<FoundTrace>>
  /** The trace by its id alone. */
  askById(id: TraceId): Promise<Trace | undefined>
  /** Whether it has so many spans that it should be asked for by its id. */
  isLarge(id: TraceId): boolean
}

export interface LookedUp {
  readonly traces: readonly Trace[]
  readonly complete: boolean
}

/**
 * Looks up whole traces. Many are asked for by one search, grouped by span so that Tempo tells the spans of every part: a
 * request for each would cost it forty times as much. A search tells neither all events and links of a span, nor more than
 * a hundred spans of one id: such traces are asked for by their ids.
 */
export async function lookUpTraces(
  { ids, fields, budget }: Pick<WholeTraceQuestion, 'ids' | 'fields' | 'budget'>,
  lookUp: TraceLookUp,
): Promise<LookedUp> {
  const bySearch = fields.every(isTellable)
  const isAlone = (id: TraceId): boolean => !bySearch || lookUp.isLarge(id)
  const found = new Map<TraceId, Trace>()
  const alone = ids.filter(isAlone)
  const todo = [...chunks(ids.filter((id) => !isAlone(id)))]
  let left = budget
  for (let some = todo.pop(); some !== undefined; some = todo.pop()) {
    if (left === 0) return { traces: [...found.values()], complete: false }
    left -= 1
    const page = await lookUp.ask(toSearch(some, fields))
    const isFull = page.found.size >= page.limit
    if (isFull) todo.push(...halves(some))
    if (isFull && some.length === 1) alone.push(...some)
    for (const [id, { trace, isCut }] of page.found) {
      if (isCut) alone.push(id)
      else found.set(id, trace)
    }
  }
  for (const trace of await askAlone(alone.slice(0, left), lookUp)) found.set(trace.traceId, trace)
  return { traces: [...found.values()], complete: alone.length <= left }
}

/** Requests for single traces that are under way at once. */
const ALONE_AT_ONCE = 4

async function askAlone(ids: readonly TraceId[], lookUp: TraceLookUp): Promise<readonly Trace[]> {
  const left = [...ids]
  const found: Trace[] = []
  async function askInTurn(): Promise<void> {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      const trace = await lookUp.askById(id)
      if (trace !== undefined) found.push(trace)
    }
  }
  await Promise.all(Array.from({ length: ALONE_AT_ONCE }, askInTurn))
  return found
}

/** None for a single one. */
function halves(ids: readonly TraceId[]): readonly (readonly TraceId[])[] {
  const middle = Math.floor(ids.length / 2)
  return middle === 0 ? [] : [ids.slice(0, middle), ids.slice(middle)]
}

function chunks(ids: readonly TraceId[]): readonly (readonly TraceId[])[] {
  const count = Math.ceil(ids.length / TRACES_A_SEARCH)
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * TRACES_A_SEARCH, (index + 1) * TRACES_A_SEARCH),
  )
}

function toSearch(ids: readonly TraceId[], fields: readonly string[]): PageQuestion<FoundTrace> {
  const anyOf = ids.map((id) => `(trace:id = "${trimZeros(id)}")`).join(' || ')
  const query = `{ ${anyOf} } | by(span:id)`
  const plan = planFields(query, [...STRUCTURE, ...fields])
  const limit = ids.length + 1
  return {
    query: spaceQuery(`${query}${printFieldStages(plan)}`),
    firstLimit: limit,
    nextLimit: limit,
    spansPerSet: MOST_SPANS_PER_SET,
    decode: (body) => decodeFoundTraces(body, { ...plan, parts: undefined }),
  }
}
