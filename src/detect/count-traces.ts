import type { Answer, CountQuestion, Series } from '../model/question.js'
import type { Source } from '../model/source.js'
import { SourceError } from '../model/source-error.js'
import type { TraceId } from '../model/trace-id.js'
import { parseTraceId } from '../model/trace-id.js'
import { countStepMs } from './count-window.js'
import { halvePart, type CountedPart } from './halve-part.js'

/** Requests that one count may cost. */
const COUNT_BUDGET = 32

/**
 * The distinct traces that a count question asks for, by TraceQL metrics.
 *
 * `count_over_time() by (trace:id)` is exact, also for a trace that the backend holds in two parts, and its range form
 * loses no span at the left edge of the window. An answer that was cut is asked again in two halves.
 */
export async function countByMetrics(
  source: Source,
  question: CountQuestion,
  signal: AbortSignal,
): Promise<Answer<TraceId>> {
  const query = `${question.filter} | count_over_time() by (trace:id) with (exemplars=false)`
  const found = new Set<TraceId>()
  const whole = { window: question.window, stepMs: countStepMs(question.window.end - question.window.start) }
  const todo: CountedPart[] = [whole]
  let complete = true
  let asOf = question.window.end
  for (let asked = 0; todo.length > 0; asked += 1) {
    const part = todo.pop()
    if (part === undefined) break
    if (asked === COUNT_BUDGET)
      return { items: [...found], coverage: question.window, completeness: 'partial', asOf }
    const answer = await source.queryRange({ query, ...part }, signal)
    asOf = answer.asOf
    for (const id of seenIds(answer)) found.add(id)
    if (answer.completeness === 'complete') continue
    const halves = halvePart(part)
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
function seenIds(answer: Answer<Series>): TraceId[] {
  return answer.items.flatMap(({ labels, samples }) => {
    const id = parseTraceId(labels.get('trace:id') ?? '')
    if (id === undefined) throw new SourceError('a series has no trace:id', { reason: 'invalid' })
    return samples.some(({ value }) => value > 0) ? [id] : []
  })
}

/** The same by searching. Here a trace counts when it overlaps the window, whenever its matching span was. */
export async function countBySearch(
  source: Source,
  question: CountQuestion,
  signal: AbortSignal,
): Promise<Answer<TraceId>> {
  const { filter, window } = question
  const answer = await source.search({ kind: 'search', query: filter, window, budget: COUNT_BUDGET }, signal)
  if (answer.failure !== undefined) throw answer.failure
  return { ...answer, items: answer.items.map(({ traceId }) => traceId) }
}
