/**
 * A server that answers as a Tempo that has so many traces in every window: a full page of 100 to a search without a
 * query, ten in error, ten slow, and one series a trace to a count. The bodies are made once.
 */
import { createServer } from 'node:http'

const traces = Number(process.argv[2] ?? 100)
const PAGE = 100
const FOUND = 10
const STEP_MS = 15_000
const SAMPLES = 5

const traceId = (index: number): string => index.toString(16).padStart(32, '1')
/** Tempo leaves nothing out but what is 0; the start is set when it is asked. */
function match(index: number, durationMs: number): object {
  return {
    traceID: traceId(index),
    rootServiceName: 'shop',
    rootTraceName: 'GET /cart',
    startTimeUnixNano: `${Date.now()}000000`,
    durationMs,
    spanSets: [
      { spans: [{ spanID: '0123456789abcdef', durationNanos: '20000000', attributes: [] }], matched: 1 },
    ],
  }
}
const searchBody = (count: number, durationMs: number): string =>
  JSON.stringify({
    traces: Array.from({ length: count }, (_, index) => match(index, durationMs)),
    metrics: { completedJobs: 1, totalJobs: 1 },
  })

// 99 of 100 traces fill no page, so that the page alone decides; of 10,000 a page is full and the query is asked.
const all = searchBody(Math.min(traces - 1, PAGE), 20)
const slow = searchBody(FOUND, 1500)
const failed = searchBody(FOUND, 20)

function seriesBody(count: number, endMs: number): string {
  const samples = Array.from({ length: SAMPLES }, (_, index) => ({
    timestampMs: String(endMs - index * STEP_MS),
    ...(index === 1 && { value: 6 }),
  }))
  const series = Array.from({ length: count }, (_, index) => ({
    labels: [{ key: 'trace:id', value: { stringValue: traceId(index) } }],
    samples,
  }))
  return JSON.stringify({ series, metrics: { completedJobs: 1, totalJobs: 1 } })
}

function answer(url: URL): string {
  const query = url.searchParams.get('q') ?? ''
  if (url.pathname === '/status/config') return 'query_frontend:\n    query_end_cutoff: 30s\n'
  if (url.pathname === '/api/search' && query === '') return all
  if (url.pathname === '/api/search') return query.includes('error') ? failed : slow
  return seriesBody(query.includes('error') ? FOUND : traces, Number(url.searchParams.get('end')) * 1000)
}

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(answer(new URL(request.url ?? '/', 'http://localhost')))
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`)
})
process.on('disconnect', () => process.exit())
