import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTempoApiHandler } from '../../src/api/tempo/handler.js'
import { createMeasureAtSource } from '../../src/detect/pushdown/measure-at-source.js'
import { QUERY_LANGUAGE } from '../../src/embedded-queries.js'
import { MINUTE_MS } from '../../src/model/time.js'
import { decodeJson } from '../../src/otlp/decode-json.js'
import { encodeTraceProtobuf } from '../../src/otlp/encode-protobuf.js'
import { readArriving } from '../../src/replay/read-arriving.js'
import { createReplayClock, type ReplayClock } from '../../src/replay/replay-clock.js'
import { createRuleReplay } from '../../src/replay/replay-rules.js'
import type { GroupOutcome } from '../../src/rule/rule-group.js'
import { createTemplateRenderer } from '../../src/template/create-template-renderer.js'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { createTracesHere, type TracesHere } from '../../src/traces-here.js'
import { openTempo } from '../open-tempo.js'
import type { AlertSource, Story } from './alert-source.js'
import { evaluateStory, type EvaluateStoryOptions } from './evaluate-story.js'

const MAX_BYTES = 256 * 1024 * 1024
const LATENESS_MS = 2 * MINUTE_MS
/** What has been received for so long is all that windows look at. */
const HELD_BEFORE_MS = 5 * MINUTE_MS
const { signal } = new AbortController()

function openWindow({ moments }: Story) {
  const clock = createReplayClock((moments[0] ?? 0) - HELD_BEFORE_MS)
  const metrics = createMetrics()
  const here = createTracesHere({ maxBytes: MAX_BYTES, maxAgeMs: 60 * MINUTE_MS, clock, metrics, lagMs: 0 })
  return { clock, here, take: taking(here, clock) }
}

function taking({ window }: TracesHere, clock: ReplayClock): EvaluateStoryOptions['take'] {
  return async (arrivals, at) => {
    clock.moveTo(at)
    for (const { request } of arrivals) window.add(encodeTraceProtobuf(decodeJson(request).spans))
  }
}

/** The window that holds what is received over OTLP. */
export const embeddedWindow: AlertSource = {
  name: 'the embedded window',
  play: (story) => {
    const { here, take } = openWindow(story)
    return evaluateStory(story, { measure: here.measure, take })
  },
}

/** The same window, asked through its Tempo-compatible API, as a Tempo is asked. */
export const embeddedTempoApi: AlertSource = {
  name: 'our Tempo-compatible API',
  play: async (story) => {
    const { clock, here, take } = openWindow(story)
    const options = { traces: here.window, language: QUERY_LANGUAGE, clock, version: '1.2.3' }
    const server = createServer(createTempoApiHandler(options)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    const source = openTempo(new URL(`http://127.0.0.1:${address.port}`))
    try {
      const measure = createMeasureAtSource({ source, latenessMs: LATENESS_MS })
      return await evaluateStory(story, { measure, take })
    } finally {
      await source.close()
      server.close()
    }
  },
}

/** A file of OTLP JSON Lines, with the moments at which its lines arrived, replayed as `tracebell backtest` does. */
export const replayedFile: AlertSource = {
  name: 'a file',
  play: async (story) => {
    const folder = await mkdtemp(join(tmpdir(), 'tracebell-same-'))
    try {
      return await replayFolder(folder, story)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function replayFolder(
  folder: string,
  { groups, arrivals, moments }: Story,
): Promise<readonly GroupOutcome[]> {
  const [path, times] = [join(folder, 'traces.jsonl'), join(folder, 'arrivals.txt')]
  await writeFile(path, arrivals.map(({ request }) => `${JSON.stringify(request)}\n`).join(''))
  await writeFile(times, arrivals.map(({ at }) => `${at}\n`).join(''))
  const outcomes: GroupOutcome[] = []
  const [first = 0, last = first] = [moments[0], moments.at(-1)]
  const replay = createRuleReplay({
    groups,
    render: createTemplateRenderer({}),
    maxBytes: MAX_BYTES,
    lagMs: 0,
    start: first - HELD_BEFORE_MS,
    from: first,
    onOutcome: (outcome) => void outcomes.push(outcome),
  })
  const read = { arrivals: times, signal, onBadLine: failOnBadLine, onProgress: () => {} }
  for await (const { at, spans } of readArriving(path, read)) {
    await replay.moveTo(at, signal)
    replay.add(spans)
  }
  await replay.settle(last, signal)
  return outcomes
}

function failOnBadLine(line: unknown): never {
  throw new Error(`a line cannot be read: ${JSON.stringify(line)}`)
}
