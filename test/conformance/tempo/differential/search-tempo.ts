import { setTimeout as sleep } from 'node:timers/promises'
import type { RealTempo } from '../../../peers/tempo.js'
import { spansetLine, workedOut, type SearchAnswer } from './answer.js'
import { askTempo, showPairs, type JsonPair } from './ask-tempo.js'

interface SpansetBody {
  readonly spans?: readonly { readonly spanID: string }[]
  readonly attributes?: readonly JsonPair[]
}

/** What is read of the answer to a search. A trace's span sets are all in `spanSets`. */
interface SearchBody {
  readonly traces: readonly {
    /** None where spans are grouped by it. */
    readonly traceID?: string
    readonly spanSets?: readonly SpansetBody[]
  }[]
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
  tempo: RealTempo,
  query: string,
  window: SearchWindow,
): Promise<SearchAnswer> {
  return search(tempo, query, window, lineOf)
}

/** The same with what was worked out of each span set. */
export async function searchFullyTempo(
  tempo: RealTempo,
  query: string,
  window: SearchWindow,
): Promise<SearchAnswer> {
  return search(
    tempo,
    query,
    window,
    (traceId, spanset) => lineOf(traceId, spanset) + workedOut(showPairs(spanset.attributes ?? [])),
  )
}

function lineOf(traceId: string, { spans = [] }: SpansetBody): string {
  return spansetLine(
    traceId,
    spans.map(({ spanID }) => spanID),
  )
}

async function search(
  tempo: RealTempo,
  query: string,
  { start, end }: SearchWindow,
  show: (traceId: string, spanset: SpansetBody) => string,
): Promise<SearchAnswer> {
  const params = { q: query, start: String(start), end: String(end), limit: '1000', spss: '100' }
  const answer = await askTempo(tempo, '/api/search', params)
  if ('refused' in answer) return answer
  // oxlint-disable-next-line no-unsafe-type-assertion
  const { traces } = answer.body as SearchBody
  return traces
    .flatMap(({ traceID = '', spanSets = [] }) => spanSets.map((spanset) => show(traceID, spanset)))
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
