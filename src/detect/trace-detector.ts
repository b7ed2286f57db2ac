import type { Detector, MatchesMeasured } from '../model/detector.js'
import type { CountQuestion, SearchQuestion } from '../model/question.js'
import { SourceError } from '../model/source.js'
import { SECOND_MS } from '../model/time.js'
import type { TraceId } from '../model/trace-id.js'
import type { TraceMatch } from '../model/trace-match.js'
import type { Metrics } from '../telemetry/metrics.js'
import { countWindow } from './count-window.js'
import { createSearchWindows, type SearchWindowOptions } from './search-window.js'

export interface TraceDetectorOptions extends SearchWindowOptions {
  /** TraceQL that the wrong traces match. */
  readonly query: string
  /** The same judgement on a bare match, where the match alone tells. */
  readonly judge?: ((match: TraceMatch) => boolean) | undefined
  readonly metrics: Pick<Metrics, 'uncoveredSeconds'>
}

/** Requests that one search may cost. */
const SEARCH_BUDGET = 32

/** Every trace: the filter of the population that the wrong ones are counted among. */
export const ALL_TRACES = '{}'

/** Finds the traces that match a query, and counts the traces they are among. */
export function createTraceDetector(options: TraceDetectorOptions): Detector {
  const { query, judge, lookbackMs, metrics } = options
  const windows = createSearchWindows(options)
  let asked:
    | { due: ReturnType<typeof windows.next>; search: SearchQuestion; count: CountQuestion }
    | undefined

  return {
    ask(at, { lagMs }) {
      const due = windows.next(at, lagMs)
      const search: SearchQuestion = {
        kind: 'search',
        query,
        window: due.window,
        judge,
        budget: SEARCH_BUDGET,
      }
      const count: CountQuestion = {
        kind: 'count',
        filter: ALL_TRACES,
        window: countWindow(at, lookbackMs, lagMs),
      }
      asked = { due, search, count }
      return [search, count]
    },

    measure(answers, at): MatchesMeasured {
      if (asked === undefined) throw new Error('measure was called before ask')
      const { due, search, count } = asked
      const { items, completeness } = answers.search(search)
      windows.searched(at)
      if (due.uncoveredMs > 0) metrics.uncoveredSeconds.inc(due.uncoveredMs / SECOND_MS)
      return {
        kind: 'matches',
        matches: items,
        window: due.window,
        dueSince: due.dueSince,
        sampled: completeness === 'partial',
        population: readPopulation(() => answers.count(count)),
      }
    },
  }
}

/** The population, or an empty sample of it where it could not be counted: a wrong trace is told all the same. */
function readPopulation(count: () => { items: readonly TraceId[]; completeness: 'complete' | 'partial' }) {
  try {
    const { items, completeness } = count()
    return { traceIds: new Set(items), sampled: completeness === 'partial' }
  } catch (error) {
    if (error instanceof SourceError) return { traceIds: new Set<TraceId>(), sampled: true }
    throw error
  }
}
