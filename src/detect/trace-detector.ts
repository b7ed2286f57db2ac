import type { Detector, MatchesMeasured, Population } from '../model/detector.js'
import type { Answers, CountQuestion, SearchQuestion } from '../model/question.js'
import { SourceError } from '../model/source-error.js'
import { SECOND_MS } from '../model/time.js'
import { matchEnd, type TraceMatch } from '../model/trace-match.js'
import type { Metrics } from '../telemetry/metrics.js'
import { countWindow } from './count-window.js'
import { createSearchWindows, type DueWindow, type SearchWindowOptions } from './search-window.js'

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

interface Asked {
  readonly due: DueWindow
  readonly search: SearchQuestion
  /** All traces of the window, as far as they fit one page. */
  readonly page: SearchQuestion
  readonly count: CountQuestion
}

/** Finds the traces that match a query, and counts the traces they are among. */
export function createTraceDetector(options: TraceDetectorOptions): Detector {
  const { query, judge, lookbackMs, metrics } = options
  const windows = createSearchWindows(options)
  let asked: Asked | undefined

  return {
    ask(at, { lagMs }) {
      const due = windows.next(at, lagMs)
      const { window } = due
      asked = {
        due,
        search: { kind: 'search', query, window, judge, budget: SEARCH_BUDGET },
        page: { kind: 'search', query: undefined, window, budget: 1 },
        count: { kind: 'count', filter: ALL_TRACES, window: countWindow(at, lookbackMs, lagMs) },
      }
      return [asked.page, asked.search, asked.count]
    },

    measure(answers, at): MatchesMeasured {
      if (asked === undefined) throw new Error('measure was called before ask')
      const { due, search } = asked
      const { items, completeness, failure } = answers.search(search)
      if (failure === undefined) windows.searched(at)
      if (failure === undefined && due.uncoveredMs > 0)
        metrics.uncoveredSeconds.inc(due.uncoveredMs / SECOND_MS)
      return {
        kind: 'matches',
        matches: items,
        window: due.window,
        dueSince: due.dueSince,
        sampled: completeness === 'partial',
        population: readPopulation(answers, asked),
        failure,
      }
    },
  }
}

/**
 * The distinct traces since the count window began: those that were counted in it, and the newer ones, which cannot be
 * counted yet, as far as one page shows all. Where they could not be counted it is empty and a sample: a wrong trace is
 * told all the same.
 */
function readPopulation(answers: Answers, { page, count }: Asked): Population {
  const shown = unlessFailed(() => answers.search(page))
  const counted = unlessFailed(() => answers.count(count))
  const traceIds = new Set(counted?.items)
  if (shown?.completeness === 'complete') {
    for (const match of shown.items) if (matchEnd(match) > count.window.start) traceIds.add(match.traceId)
  }
  return { traceIds, since: count.window.start, sampled: counted?.completeness !== 'complete' }
}

function unlessFailed<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof SourceError) return undefined
    throw error
  }
}
