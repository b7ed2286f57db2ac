import { QUERY_LANGUAGE } from '../src/embedded-queries.js'
import type { Trace } from '../src/model/trace.js'
import { FILTERS } from './filters.js'

/** Runs the compiled filters over traces, and counts. */
export interface Filtering {
  run(traces: Iterable<Trace>): void
  /** Spans that the filters were run over; a trace that got another span is run over whole once more. */
  readonly spans: number
  /** Spans found, by filter. */
  readonly matches: Readonly<Record<string, number>>
}

export function createFiltering(): Filtering {
  const filters = FILTERS.map((text) => ({ text, search: QUERY_LANGUAGE.compileSearch(text) }))
  const matches: Record<string, number> = Object.fromEntries(FILTERS.map((text) => [text, 0]))
  let spans = 0
  return {
    run: (traces) => {
      for (const trace of traces) {
        spans += trace.spans.length
        for (const { text, search } of filters) {
          for (const spanset of search(trace)) matches[text] = (matches[text] ?? 0) + spanset.spans.length
        }
      }
    },
    get spans() {
      return spans
    },
    matches,
  }
}
