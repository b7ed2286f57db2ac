import type { SpanScreen } from '../model/span-screen.js'
import type { Trace } from '../model/trace.js'
import type { CheckedQuery } from './check.js'
import type { MetricsProgram } from './metrics-program.js'
import { compileMetricsProgram } from './metrics-program.js'
import { toSpanTest } from './screen-spans.js'
import { compileSelection, type Selection } from './selection.js'
import type { Spanset } from './spanset.js'
import { TraceContext } from './trace-context.js'
import type { Pipeline } from './tree.js'

/** A search, ready to run. */
export interface SearchProgram {
  readonly kind: 'search'
  /**
   * The spansets of this trace that match; none where it does not. Throws `TraceqlError` of stage `evaluation` for
   * what Tempo fails on too, such as an integer division by zero.
   */
  evaluate(trace: Trace): readonly Spanset[]
  /**
   * Whether a trace with this span may match. Each trace that matches has a span that passes; undefined where no span
   * alone tells. So whoever holds many traces need not make those ready that cannot match.
   */
  readonly mayMatch: SpanScreen | undefined
  /** The same in parts, for those who have many programs. */
  readonly selection: Selection
}

/**
 * Compiles a checked query, once for all traces. Throws `TraceqlError` of stage `unsupported` for what is not done
 * here.
 */
export function compile(checked: CheckedQuery): SearchProgram | MetricsProgram {
  const { root, query } = checked
  return root.kind === 'Pipeline' ? compileSearch(root, query.text) : compileMetricsProgram(root, checked)
}

function compileSearch(pipeline: Pipeline, text: string): SearchProgram {
  const selection = compileSelection(pipeline, text)
  return {
    kind: 'search',
    mayMatch: toSpanTest(selection.hints),
    selection,
    evaluate: (trace) => selection.evaluate(new TraceContext(trace)),
  }
}
