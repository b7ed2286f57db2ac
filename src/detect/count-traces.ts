import type { Answer, CountQuestion } from '../model/question.js'
import { SourceError, type Source } from '../model/source.js'
import type { Interval } from '../model/time.js'
import type { TraceId } from '../model/trace-id.js'
import { parseTraceId } from '../model/trace-id.js'
import { countStepMs } from './count-window.js'

/** Requests that one count may cost. */
const COUNT_BUDGET = 32

/**
 * The distinct traces that a count question asks for.
 *
 * `count_over_time() by (trace:id)` is exact, also for a trace that the backend holds in two parts, and its range form
 * loses no span at the left edge of the window. An answer that was cut is asked again in two halves. A source without
 * metrics is searched, page by page.
 */
export async function countTraces(
  source: Source,
  question: CountQuestion,
  signal: AbortSignal,
): Promise<Answer<TraceId>> {
  try {
    return await countByMetrics(source, question, signal)
  } catch (error) {
    if (!(error instanceof SourceError) || error.reason === 'transient') throw error
    return countBySearch(source, question, signal)
  }
}

async function countByMetrics(
  source: Source,
  question: CountQuestion,
  signal: AbortSignal,
): Promise<Answer<TraceId>> {
  const query = `${question.filter} | count_over_time() by (trace:id) with (exemplars=false)`
  const stepMs = countStepMs(question.window.end - question.window.start)
  const found = new Set<TraceId>()
  const todo: Interval[] = [question.window]
  let complete = true
  let asOf = question.window.end
  for (let asked = 0; todo.length > 0; asked += 1) {
    const window = todo.pop()
    if (window === undefined) break
    if (asked === COUNT_BUDGET)
      return { items: [...found], coverage: question.window, completeness: 'partial', asOf }
    const answer = await source.queryRange({ query, window, stepMs }, signal)
    asOf = answer.asOf
    for (const id of seenIds(answer)) found.add(id)
    if (answer.completeness === 'complete') continue
    const halves = halve(window, stepMs)
    todo.push(...halves)
    if (halves.length === 0) complete = false
  }
  return {
    items: [...found],
    coverage: question.window,
    completeness: complete ? 'complete' : 'partial',
    asOf,
  }
}

/** The traces with a span in the window: those whose series has a sample above zero. */
function seenIds(answer: Awaited<ReturnType<Source['queryRange']>>): TraceId[] {
  return answer.items.flatMap(({ labels, samples }) => {
    const id = parseTraceId(labels.get('trace:id') ?? '')
    return id !== undefined && samples.some(({ value }) => value > 0) ? [id] : []
  })
}

/** Two windows of whole steps; none where there is but one step. */
function halve({ start, end }: Interval, stepMs: number): Interval[] {
  const steps = (end - start) / stepMs
  if (steps < 2) return []
  const middle = start + Math.floor(steps / 2) * stepMs
  return [
    { start, end: middle },
    { start: middle, end },
  ]
}

/** By search a trace counts when it overlaps the window, whenever its matching span was. */
async function countBySearch(
  source: Source,
  question: CountQuestion,
  signal: AbortSignal,
): Promise<Answer<TraceId>> {
  const { filter, window } = question
  const answer = await source.search({ kind: 'search', query: filter, window, budget: COUNT_BUDGET }, signal)
  return { ...answer, items: answer.items.map(({ traceId }) => traceId) }
}
