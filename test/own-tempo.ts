import { ApiError } from '../src/api/tempo/api-error.js'
import { route } from '../src/api/tempo/route.js'
import { QUERY_LANGUAGE } from '../src/embedded-queries.js'
import type { Clock } from '../src/model/clock.js'
import { MINUTE_MS } from '../src/model/time.js'
import { decodeJson } from '../src/otlp/decode-json.js'
import { encodeTraceProtobuf } from '../src/otlp/encode-protobuf.js'
import { createTraceWindow } from '../src/source/window/trace-window.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { jsonAnswer, textAnswer, type Answer } from './tempo-stand-in/answer.js'
import { createFaultQueue, type Fault, type FaultScope } from './tempo-stand-in/fault.js'
import { startServer, type StandInServer } from './tempo-stand-in/server.js'

/** A Tempo that is our own window behind its API, which knows all of TraceQL, and misbehaves when it is told to. */
export interface OwnTempo extends StandInServer {
  /** Takes in an OTLP/JSON request, seen at once. */
  push(request: object): void
  fail(fault: Fault, scope?: FaultScope): void
  heal(): void
  /** Requests that will not be answered, and were not given up, in all. */
  readonly hanging: number
  readonly requests: number
}

export async function startOwnTempo(clock: Clock): Promise<OwnTempo> {
  const metrics = createMetrics()
  const window = createTraceWindow({ maxBytes: 256_000_000, maxAgeMs: 60 * MINUTE_MS, clock, metrics })
  const faults = createFaultQueue()
  const counts = { hanging: 0, requests: 0 }

  function answer(target: string, accept: string): Answer {
    const [path = '/'] = target.split('?', 1)
    const params = new URLSearchParams(target.slice(path.length))
    try {
      const options = { traces: window, language: QUERY_LANGUAGE, clock, version: '1.2.3' }
      const { status, body } = route(options, { path, params, accept })
      if (typeof body === 'string') return textAnswer(status, body)
      if (body instanceof Uint8Array) throw new Error('this server answers no protobuf')
      return { ...jsonAnswer(body), status }
    } catch (error) {
      if (error instanceof ApiError) return textAnswer(error.status, error.message)
      throw error
    }
  }

  const server = await startServer((request) => {
    const { url = '/', headers } = request
    const [path = '/'] = url.split('?', 1)
    const fault = faults.take(path)
    counts.requests += 1
    if (fault?.kind === 'hang' && !request.socket.destroyed) {
      counts.hanging += 1
      request.socket.once('close', () => (counts.hanging -= 1))
    }
    return { answer: answer(url, headers.accept ?? ''), fault }
  }, clock)

  return {
    ...server,
    push: (request) => void window.add(encodeTraceProtobuf(decodeJson(request).spans)),
    fail: (fault, scope = {}) => faults.add(fault, scope),
    heal: () => faults.clear(),
    get hanging() {
      return counts.hanging
    },
    get requests() {
      return counts.requests
    },
  }
}
