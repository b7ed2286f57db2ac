import { once } from 'node:events'
import { Agent, get, type IncomingMessage } from 'node:http'

/** Asks one `/api/search` after the other over one connection. */
export interface SearchClient {
  /** Resolves when the answer was read to its end. Throws for one that is no success. */
  search(parameters: SearchParameters): Promise<TimedAnswer>
  close(): void
}

export interface SearchParameters {
  readonly query: string
  /** Unix seconds. */
  readonly start: number
  readonly end: number
  readonly limit: number
}

export interface TimedAnswer {
  /** From sending the request to the last byte of the answer. */
  readonly ms: number
  /** The ids of the traces found, 32 digits each, sorted. */
  readonly traceIds: readonly string[]
}

export function createSearchClient(origin: string): SearchClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    search: async ({ query, start, end, limit }) => {
      const parameters = new URLSearchParams({
        q: query,
        start: String(start),
        end: String(end),
        limit: String(limit),
      })
      const { ms, status, body } = await ask(`${origin}/api/search?${parameters.toString()}`, agent)
      if (status !== 200) throw new Error(`${origin} answered ${status} to ${query}: ${body.toString()}`)
      return { ms, traceIds: traceIdsIn(JSON.parse(body.toString())) }
    },
    close: () => agent.destroy(),
  }
}

interface HttpAnswer {
  readonly ms: number
  readonly status: number
  readonly body: Buffer
}

async function ask(url: string, agent: Agent): Promise<HttpAnswer> {
  const startedAt = performance.now()
  const request = get(url, { agent })
  try {
    const [response]: IncomingMessage[] = await once(request, 'response')
    if (response === undefined) throw new Error(`no answer from ${url}`)
    const body = await readAll(response)
    return { ms: performance.now() - startedAt, status: response.statusCode ?? 0, body }
  } catch (error) {
    // A server may close a connection that was idle for long just when it is used again.
    if (request.reusedSocket) return ask(url, agent)
    throw error
  }
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  response.on('data', (chunk: Buffer) => void chunks.push(chunk))
  await once(response, 'end')
  return Buffer.concat(chunks)
}

function traceIdsIn(answer: unknown): readonly string[] {
  if (!isAnswer(answer)) throw new Error('an answer to a search is expected to have traces')
  return answer.traces.map(({ traceID }) => traceID.padStart(32, '0')).sort()
}

function isAnswer(answer: unknown): answer is { readonly traces: readonly { readonly traceID: string }[] } {
  return typeof answer === 'object' && answer !== null && 'traces' in answer && Array.isArray(answer.traces)
}
