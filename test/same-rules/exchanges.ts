import { createServer } from 'node:http'
import { once } from 'node:events'
import type { Timestamp } from '../../src/model/time.js'

/** One request to a Tempo, and its answer. */
export interface Exchange {
  /** Path and query. */
  readonly target: string
  readonly status: number
  /** As text, or as base64 where it is protobuf. */
  readonly body: string
  readonly isBase64?: boolean
}

/** What a real Tempo was sent and asked, in `test/fixtures/tempo-rules/exchanges.json`. */
export interface RecordedExchanges {
  /** When the rules were measured. */
  readonly at: Timestamp
  /** The OTLP/JSON requests that it had received. */
  readonly sent: readonly object[]
  readonly exchanges: readonly Exchange[]
}

export interface Replay {
  readonly url: URL
  /** Requests for which no answer was recorded. */
  readonly unknown: readonly string[]
  close(): void
}

/** A server on 127.0.0.1 that answers as was recorded. */
export async function replay({ exchanges }: RecordedExchanges): Promise<Replay> {
  const answers = new Map(exchanges.map((each) => [each.target, each]))
  const unknown: string[] = []
  const server = createServer((request, response) => {
    const answer = answers.get(request.url ?? '')
    if (answer === undefined) {
      unknown.push(decodeURIComponent(request.url ?? ''))
      response.writeHead(400).end('no answer was recorded')
      return
    }
    response
      .writeHead(answer.status)
      .end(Buffer.from(answer.body, answer.isBase64 === true ? 'base64' : 'utf8'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return { url: new URL(`http://127.0.0.1:${address.port}`), unknown, close: () => server.close() }
}

/** A server on 127.0.0.1 that hands every request on to a Tempo, and keeps what is said. */
export async function record(tempoUrl: string) {
  const exchanges: Exchange[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const target = request.url ?? ''
      const accept = request.headers.accept ?? ''
      const answer = await fetch(`${tempoUrl}${target}`, { headers: { accept } })
      const bytes = Buffer.from(await answer.arrayBuffer())
      const isBase64 = accept.includes('protobuf')
      const body = bytes.toString(isBase64 ? 'base64' : 'utf8')
      exchanges.push({ target, status: answer.status, body, ...(isBase64 && { isBase64 }) })
      response.writeHead(answer.status).end(bytes)
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return { url: new URL(`http://127.0.0.1:${address.port}`), exchanges, close: () => server.close() }
}
