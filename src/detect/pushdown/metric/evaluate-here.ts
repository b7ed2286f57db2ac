import { MOST_EXEMPLARS } from '../../../model/rule-sample.js'
import type { Interval } from '../../../model/time.js'
import type { Trace } from '../../../model/trace.js'
import { SourceError } from '../../../model/source-error.js'
import { compile, TraceqlError, type BucketedSeries, type CheckedQuery } from '../../../traceql/index.js'
import type { BaseQuery } from './base-query.js'

/** The series of a base query over these traces, as far as their spans start in the window. Throws a `SourceError`. */
export function evaluateHere(
  { leaf }: BaseQuery,
  traces: readonly Trace[],
  window: Interval,
  checked: CheckedQuery,
): readonly BucketedSeries[] {
  try {
    const program = compile({ ...checked, root: leaf })
    if (program.kind === 'search') throw new TypeError('a base query is a metrics query')
    const evaluation = program.start({ mode: 'instant', ...window }, { maxExemplars: MOST_EXEMPLARS })
    for (const trace of traces) evaluation.add(trace)
    const { series } = evaluation.answer()
    return series.flatMap(({ labels, samples, exemplars }) => {
      const [sample] = samples
      return sample === undefined ? [] : [{ labels, values: Float64Array.of(sample.value), exemplars }]
    })
  } catch (error) {
    if (error instanceof TraceqlError)
      throw new SourceError(error.message, { reason: 'failed', cause: error })
    throw error
  }
}
