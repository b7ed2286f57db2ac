import type { Trace } from '../../../../src/model/trace.js'
import { answerHere } from './answer-here.js'
import type { MetricsWindow } from './metrics-window.js'
import { labelsText, type SeriesAnswer } from './series-answer.js'
import { showValue } from './shown-value.js'

const SECOND_MS = 1000

/** Our own answer to a metrics query. */
export function measureHere(query: string, traces: readonly Trace[], window: MetricsWindow): SeriesAnswer {
  const { start, end, step } = window
  const range = { start: start * SECOND_MS, end: end * SECOND_MS }
  return answerHere(query, (program) => {
    if (program.kind !== 'metrics') return { refused: 'not a metrics query' }
    const accumulator = program.start(
      step === undefined
        ? { mode: 'instant', ...range }
        : { mode: 'range', ...range, stepMs: step * SECOND_MS },
    )
    for (const trace of traces) accumulator.add(trace)
    return new Map(
      accumulator
        .answer()
        .series.map(({ labels, samples }) => [
          labelsText(Array.from(labels, ([name, value]) => [name, showValue(value)])),
          new Map(samples.map(({ at, value }) => [at / SECOND_MS, value])),
        ]),
    )
  })
}
