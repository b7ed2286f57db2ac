import type { Detector, ShareMeasured } from '../model/detector.js'
import type { CountQuestion } from '../model/question.js'
import { countWindow } from './count-window.js'
import { ERROR_TRACES } from './error-status.js'
import { ALL_TRACES } from './trace-detector.js'

/**
 * Measures the share of traces in error: of the distinct traces that have a span in the window, those that have a span
 * in error in it. A trace without a root counts like any other.
 */
export function createErrorRateDetector({ lookbackMs }: { readonly lookbackMs: number }): Detector {
  let asked: { all: CountQuestion; errors: CountQuestion } | undefined

  return {
    ask(at, { lagMs }) {
      const window = countWindow(at, lookbackMs, lagMs)
      const all: CountQuestion = { kind: 'count', filter: ALL_TRACES, window }
      const errors: CountQuestion = { kind: 'count', filter: ERROR_TRACES, window }
      asked = { all, errors }
      return [all, errors]
    },

    measure(answers): ShareMeasured {
      if (asked === undefined) throw new Error('measure was called before ask')
      const all = answers.count(asked.all)
      const errors = answers.count(asked.errors)
      // A trace that became visible between the two questions is in the second answer only.
      const total = new Set([...all.items, ...errors.items]).size
      const sampled = all.completeness === 'partial' || errors.completeness === 'partial'
      return { kind: 'share', affected: new Set(errors.items).size, total, window: asked.all.window, sampled }
    },
  }
}
