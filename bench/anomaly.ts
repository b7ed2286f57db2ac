/**
 * `npm run bench:anomaly`: what learning what is normal costs beside taking in the same spans: spans per second of processor time through the
 * default rule, and through the window that holds them, and bytes for each operation that is followed. Prints JSON. `--quick` checks the
 * bench with few spans.
 */
import { AnomalyEngine } from '../src/detect/anomaly/anomaly-engine.js'
import { endOfTick, lastEnded, TICK_MS } from '../src/detect/anomaly/series/ticks.js'
import { SIGNALS } from '../src/model/finding.js'
import type { Span } from '../src/model/span.js'
import { decodeJson } from '../src/otlp/decode-json.js'
import { encodeTraceProtobuf } from '../src/otlp/encode-protobuf.js'
import { parseJson } from '../src/otlp/parse-json.js'
import { createTraceWindow } from '../src/source/window/trace-window.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { simulate } from '../test/anomaly/simulated-system/simulate.js'
import { createTestClock } from '../test/test-clock.js'
import { describeMachine } from './machine.js'
import { round } from './quantile.js'

const quick = process.argv.includes('--quick')
const HOURS = quick ? 0.1 : 0.5
const SPANS_PER_SECOND = quick ? 40 : 300
const SPANS_A_REQUEST = 500

interface Arrived {
  readonly at: number
  readonly body: Buffer
  readonly spans: number
}

/** The requests that a quiet system makes, each of some hundred spans. */
function makeRequests(): Arrived[] {
  const requests: Arrived[] = []
  let waiting: Span[] = []
  const flush = (at: number): void => {
    if (waiting.length > 0) requests.push({ at, body: encodeTraceProtobuf(waiting), spans: waiting.length })
    waiting = []
  }
  let last = 0
  const simulation = simulate({
    seed: 1,
    hours: HOURS,
    spansPerSecond: SPANS_PER_SECOND,
    faultTypes: [],
    hasBenign: false,
  })
  for (const { arrivedAt, line } of simulation.lines()) {
    waiting.push(...decodeJson(parseJson(Buffer.from(line))).spans)
    last = arrivedAt
    if (waiting.length >= SPANS_A_REQUEST) flush(arrivedAt)
  }
  flush(last)
  return requests
}

/** The processor time that some work takes, in milliseconds. */
function timed(work: () => void): number {
  const begun = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1000
}

function heapBytes(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

const requests = makeRequests()
const [first] = requests
if (first === undefined) throw new Error('the simulation made no spans')
const clock = createTestClock(first.at)
const window = createTraceWindow({
  maxBytes: 512 * 1024 * 1024,
  maxAgeMs: 600_000,
  clock,
  metrics: createMetrics(),
})
const heapBefore = heapBytes()
const engine = new AnomalyEngine({
  strictness: { score: 5, excessMs: 20, minTraffic: 20 },
  signals: SIGNALS,
  warmUpMs: 120_000,
  mostOperations: 5000,
  onDropped: () => {},
})
const LAG_MS = TICK_MS
let [ingestMs, engineMs, spans, ticks] = [0, 0, 0, 0]
let next = lastEnded(first.at)
for (const { at, body, spans: count } of requests) {
  await clock.advance(Math.max(0, at - clock.now()))
  for (const last = lastEnded(at - LAG_MS); next <= last; next += 1) {
    const tick = next
    engineMs += timed(() => {
      for (const trace of window.within({ start: tick * TICK_MS, end: endOfTick(tick) }, window.mark())) {
        engine.note(tick, trace)
      }
      engine.close(tick)
    })
    ticks += 1
  }
  ingestMs += timed(() => void window.add(body))
  spans += count
}
const operations = engine.size
const snapshotBytes = engine.save(Number.POSITIVE_INFINITY).length
const perSecond = (ms: number): number => Math.round((spans / ms) * 1000)
console.log(
  JSON.stringify({
    bench: 'anomaly',
    ...describeMachine(),
    spans,
    ticks,
    operations,
    windowSpansPerSecond: perSecond(ingestMs),
    rulesSpansPerSecond: perSecond(engineMs),
    costOfIngest: round(engineMs / ingestMs),
    microsecondsPerSpan: round((engineMs * 1000) / spans),
    // With what the window keeps on the heap beside the spans.
    bytesPerOperation:
      globalThis.gc === undefined ? undefined : Math.round((heapBytes() - heapBefore) / operations),
    snapshotBytesPerOperation: Math.round(snapshotBytes / operations),
  }),
)
