import type { SelectionUse } from '../src/detect/here/span-index.js'
import { TraceJudge, type Judging } from '../src/detect/here/trace-judge.js'
import type { TraceGlance } from '../src/model/trace-glance.js'
import { check, compile, parse } from '../src/traceql/index.js'
import { FILTERS } from './filters.js'

/** Runs the compiled filters over traces as the engine runs the rules that count spans, and counts. */
export interface Filtering {
  /** Throws the failure of a filter. */
  run(traces: Iterable<TraceGlance>): void
  /** Spans that the filters were run over; a trace that got another span is run over whole once more. */
  readonly spans: number
  /** Spans found, by filter. */
  readonly matches: Readonly<Record<string, number>>
}

export function createFiltering(): Filtering {
  const judge = new TraceJudge(FILTERS.map(toUse))
  const found = FILTERS.map(() => 0)
  const judging: Judging = {
    onChosen: (filter) => {
      throw new Error(`the spans of ${FILTERS[filter]} are expected one by one, not by trace`)
    },
    failures: new Map(),
  }
  const onAlike = (filters: readonly number[]): void => {
    for (const filter of filters) found[filter] = (found[filter] ?? 0) + 1
  }
  let filtered = 0
  return {
    run: (traces) => {
      for (const trace of traces) filtered += judge.judgeGlance(trace, judging, onAlike)
      for (const failure of judging.failures.values()) throw failure
    },
    get spans() {
      return filtered
    },
    get matches() {
      return Object.fromEntries(FILTERS.map((text, filter) => [text, found[filter] ?? 0]))
    },
  }
}

function toUse(text: string): SelectionUse {
  const program = compile(check(parse(text)))
  if (program.kind !== 'search') throw new Error(`${text} is expected to be a search`)
  return { selection: program.selection, isTakenEach: false, isTakenAlike: true }
}
