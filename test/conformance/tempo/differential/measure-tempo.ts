import type { RealTempo } from '../../../peers/tempo.js'
import { askTempo, showPairs, type JsonPair } from './ask-tempo.js'
import type { MetricsWindow } from './metrics-window.js'
import { labelsText, type SeriesAnswer } from './series-answer.js'

/** What is read of the answer to a metrics query. A value of zero is left out. */
interface SeriesBody {
  readonly series?: readonly {
    readonly labels: readonly JsonPair[]
    readonly value?: number
    readonly samples?: readonly { readonly timestampMs: string; readonly value?: number }[]
  }[]
}

const SECOND_MS = 1000

/** A real Tempo's answer to a metrics query. */
export async function measureTempo(
  tempo: RealTempo,
  query: string,
  { start, end, step }: MetricsWindow,
): Promise<SeriesAnswer> {
  const params = { q: query, start: String(start), end: String(end) }
  const answer =
    step === undefined
      ? await askTempo(tempo, '/api/metrics/query', params)
      : await askTempo(tempo, '/api/metrics/query_range', { ...params, step: String(step) })
  if ('refused' in answer) return answer
  // oxlint-disable-next-line no-unsafe-type-assertion
  const { series = [] } = answer.body as SeriesBody
  return new Map(
    series.map(({ labels, value = 0, samples }) => [
      labelsText(showPairs(labels)),
      samples === undefined
        ? new Map([[end, value]])
        : new Map(samples.map((each) => [Number(each.timestampMs) / SECOND_MS, each.value ?? 0])),
    ]),
  )
}
