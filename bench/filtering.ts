import type { SelectionUse } from '../src/detect/here/span-index.js'
import { TraceJudge, type Judging } from '../src/detect/here/trace-judge.js'
import type { Trace } from '../src/model/trace.js'
import { check, compile, parse } from '../src/traceql/index.js'
import { FILTERS } from './filters.js'

/** Runs the compiled filters over traces as the engine runs its rules, and counts. */
export interface Filtering {
  /** Throws the failure of a filter. */
  run(traces: Iterable<Trace>): void
  /** Spans that the filters were run over; a trace that got another span is run over whole once more. */
  readonly spans: number
  /** Spans found, by filter. */
  readonly matches: Readonly<Record<string, number>>
}

export function createFiltering(): Filtering {
  const judge = new TraceJudge(FILTERS.map(toUse))
  const found = FILTERS.map(() => 0)
  const judging: Judging = {
    onChosen: (filter, _, spans) => (found[filter] = (found[filter] ?? 0) + spans.length),
    failures: new Map(),
  }
  let filtered = 0
  return {
    run: (traces) => {
      for (const trace of traces) {
        filtered += trace.spans.length
        judge.judge(trace, judging)
      }
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
  if (program.kind === 'search')
    return { selection: program.selection, isTakenEach: true, isTakenAlike: false }
  throw new Error(`${text} is expected to be a search`)
}
