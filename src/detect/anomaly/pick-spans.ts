import { SourceError } from '../../model/source-error.js'
import type { Span } from '../../model/span.js'
import type { Trace } from '../../model/trace.js'
import { check, compile, parse, print, TraceContext, TraceqlError } from '../../traceql/index.js'

/** Picks the spans of a trace that are looked at. */
export type PickSpans = (trace: Trace) => ReadonlySet<Span>

/**
 * Picks the spans that a spanset filter chooses; undefined where it chooses all. Throws a `SourceError` for a filter that is
 * wrong.
 */
export function createPickSpans(filter: string): PickSpans | undefined {
  try {
    const query = parse(filter)
    if (print(query) === '{ }') return undefined
    const program = compile(check(query))
    if (program.kind === 'search') {
      return (trace) =>
        new Set(program.selection.evaluate(new TraceContext(trace)).flatMap(({ spans }) => spans))
    }
  } catch (error) {
    if (!(error instanceof TraceqlError)) throw error
    throw new SourceError(error.message, { reason: 'unsupported', cause: error })
  }
  throw new SourceError('the filter is a metrics query, expected a spanset filter', { reason: 'unsupported' })
}
