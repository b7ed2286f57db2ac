import { setTimeout as sleep } from 'node:timers/promises'
import type { RealTempo } from '../../../peers/tempo.js'
import { spansetLine, type SearchAnswer } from './answer.js'

/** What is read of the answer to a search. A trace's span sets are all in `spanSets`. */
interface TempoAnswer {
  readonly traces: readonly {
    readonly traceID: string
    readonly spanSets?: readonly { readonly spans?: readonly { readonly spanID: string }[] }[]
  }[]
}

function isTempoAnswer(answer: unknown): answer is TempoAnswer {
  return typeof answer === 'object' && answer !== null && 'traces' in answer && Array.isArray(answer.traces)
}

/** Unix seconds. */
export interface SearchWindow {
  readonly start: number
  readonly end: number
}

const SHOWN_WITHIN_MS = 20_000

/** Sends these OTLP/JSON requests, each once. Throws where Tempo does not take one. */
export async function sendAll({ otlpUrl }: RealTempo, requests: readonly object[]): Promise<void> {
  for (const request of requests) {
    const response = await fetch(`${otlpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(request),
    })
    if (!response.ok) throw new Error(`Tempo refused a trace: ${response.status} ${await response.text()}`)
  }
}

/** A real Tempo's answer to a search, with no limit that the traces of this test can reach. */
export async function searchTempo(
  { url }: RealTempo,
  query: string,
  { start, end }: SearchWindow,
): Promise<SearchAnswer> {
  const parameters = new URLSearchParams({
    q: query,
    start: String(start),
    end: String(end),
    limit: '1000',
    spss: '100',
  })
  const response = await fetch(`${url}/api/search?${parameters.toString()}`)
  if (!response.ok) return { refused: `${response.status} ${await response.text()}` }
  const answer: unknown = await response.json()
  if (!isTempoAnswer(answer)) throw new Error(`Tempo's answer has no traces: ${JSON.stringify(answer)}`)
  return answer.traces
    .flatMap(({ traceID, spanSets = [] }) =>
      spanSets.map(({ spans = [] }) =>
        spansetLine(
          traceID,
          spans.map(({ spanID }) => spanID),
        ),
      ),
    )
    .sort()
}

/** Waits until a search shows this. Throws if it does not in good time. */
export async function untilShown(
  tempo: RealTempo,
  expected: SearchAnswer,
  window: SearchWindow,
): Promise<void> {
  const wanted = JSON.stringify(expected)
  const deadline = Date.now() + SHOWN_WITHIN_MS
  let shown = ''
  while (Date.now() < deadline) {
    shown = JSON.stringify(await searchTempo(tempo, '{ }', window))
    if (shown === wanted) return
    await sleep(100)
  }
  throw new Error(`Tempo shows other spans than were sent: ${shown}`)
}
