import { setTimeout as sleep } from 'node:timers/promises'
import { startRealJaeger, type RealJaeger } from '../test/peers/jaeger.js'
import { WrongAnswer, type Benchmark, type Comparison } from './benchmark.js'
import { SERVER_CORE, onCore } from './cores.js'
import { startLoad } from './load/load.js'
import type { LoadReport } from './load/send-load.js'
import { SPANS_A_BODY } from './load/body.js'
import { memoryOf } from './process-usage.js'
import { median, round } from './quantile.js'
import { startTracebell } from './tracebell.js'

const GIB = 2 ** 30
const WINDOW_BYTES = GIB
const MAX_TRACES = 1_000_000
/** Go collects garbage at least every two minutes, and gives memory back in the background after it. */
const SETTLE_AT_LEAST_MS = 150_000
const SETTLE_AT_MOST_MS = 300_000
const LOOK_EVERY_MS = 2000
/** Memory is settled when it has not fallen by a hundredth for so long. */
const STILL_FOR_MS = 20_000

interface Size {
  readonly rounds: number
  readonly spans: number
  readonly settleAtLeastMs: number
}

const FULL: Size = { rounds: 3, spans: 500_000, settleAtLeastMs: SETTLE_AT_LEAST_MS }
const QUICK: Size = { rounds: 1, spans: 50_000, settleAtLeastMs: 0 }

/** The memory that a retained span takes, ours and Jaeger's, with the same load. */
export const memoryOfSpans: Benchmark = {
  name: 'memory of retained spans',
  group: 'memory',
  unit: 'bytes of resident memory per span',
  ratioOf: 'ours / peer',
  aim: { atMost: 0.25 },
  peer: 'jaeger',
  needsBytes: 4 * GIB,
  measure: async (binary, context) => {
    const size = context.quick ? QUICK : FULL
    const rounds: { readonly ours: Footprint; readonly peer: Footprint }[] = []
    for (let index = 0; index < size.rounds; index += 1) {
      const ours = await measureOurs(size)
      const peer = await measureJaeger(binary, size)
      context.say(`round ${index + 1}: ${ours.bytesPerSpan} bytes a span ours, ${peer.bytesPerSpan} peer`)
      rounds.push({ ours, peer })
    }
    return [summarize(rounds)]
  },
}

/** What so many spans took. */
interface Footprint {
  readonly spans: number
  readonly traces: number
  readonly emptyBytes: number
  readonly residentBytes: number
  readonly peakBytes: number
  readonly bytesPerSpan: number
}

function summarize(rounds: readonly { readonly ours: Footprint; readonly peer: Footprint }[]): Comparison {
  return {
    ours: median(rounds.map(({ ours }) => ours.bytesPerSpan)),
    peer: median(rounds.map(({ peer }) => peer.bytesPerSpan)),
    ratio: round(median(rounds.map(({ ours, peer }) => ours.bytesPerSpan / peer.bytesPerSpan))),
    details: { rounds },
  }
}

async function measureOurs(size: Size): Promise<Footprint & { readonly usedBytesPerSpan: number }> {
  const tracebell = await startTracebell({ windowBytes: WINDOW_BYTES })
  try {
    const before = await tracebell.memory()
    const emptyBytes = memoryOf(tracebell.pid).resident
    const sent = await send(tracebell.otlpUrl, size)
    const held = await tracebell.held()
    if (held.spans !== sent.spans || held.traces !== sent.traces) {
      throw new WrongAnswer(`of ${sent.spans} spans in ${sent.traces} traces ${held.spans} are held`)
    }
    // As Go's collector runs again while Jaeger settles, so does Node's.
    await tracebell.memory()
    await settle(tracebell.pid, 0)
    const after = await tracebell.memory()
    const footprint = describe(sent, emptyBytes, await settle(tracebell.pid, 0), memoryOf(tracebell.pid).peak)
    return { ...footprint, usedBytesPerSpan: Math.round((used(after) - used(before)) / sent.spans) }
  } finally {
    await tracebell.stop()
  }
}

/** What is in use within Node's process, of what it holds. */
function used({ heapUsed, external }: NodeJS.MemoryUsage): number {
  return heapUsed + external
}

async function measureJaeger(binary: string, size: Size): Promise<Footprint> {
  const jaeger = await startRealJaeger(binary, { maxTraces: MAX_TRACES, launcher: onCore(SERVER_CORE) })
  try {
    const emptyBytes = memoryOf(jaeger.pid).resident
    const sent = await send(jaeger.otlpUrl, size)
    const residentBytes = await settle(jaeger.pid, size.settleAtLeastMs)
    const footprint = describe(sent, emptyBytes, residentBytes, memoryOf(jaeger.pid).peak)
    // Afterwards, as an answer takes memory, too.
    await checkHeld(jaeger, sent)
    return footprint
  } finally {
    await jaeger.stop()
  }
}

async function send(origin: string, { spans }: Size): Promise<LoadReport> {
  const load = startLoad()
  try {
    return await load.send({ protocol: 'http', origins: [origin], requests: spans / SPANS_A_BODY })
  } finally {
    await load.stop()
  }
}

/** The resident memory once it falls no more, in bytes. */
async function settle(pid: number, atLeastMs: number): Promise<number> {
  const startedAt = performance.now()
  let least = memoryOf(pid).resident
  let fellAt = startedAt
  for (let now = startedAt; now - startedAt < SETTLE_AT_MOST_MS; now = performance.now()) {
    if (now - startedAt >= atLeastMs && now - fellAt >= STILL_FOR_MS) break
    await sleep(LOOK_EVERY_MS)
    const { resident } = memoryOf(pid)
    if (resident < 0.99 * least) fellAt = performance.now()
    least = Math.min(least, resident)
  }
  return memoryOf(pid).resident
}

function describe(sent: LoadReport, emptyBytes: number, residentBytes: number, peakBytes: number): Footprint {
  const { spans, traces } = sent
  const bytesPerSpan = Math.round((residentBytes - emptyBytes) / spans)
  return { spans, traces, emptyBytes, residentBytes, peakBytes, bytesPerSpan }
}

/** Looks up one trace of each request: the first ones would be the first to go. */
async function checkHeld({ url }: RealJaeger, { sample }: LoadReport): Promise<void> {
  for (const { traceId, spans } of sample) {
    const response = await fetch(`${url}/api/traces/${traceId}`)
    const found = countSpans(await response.json())
    if (found !== spans) throw new Error(`Jaeger holds ${found} of ${spans} spans of trace ${traceId}`)
  }
}

function countSpans(answer: unknown): number {
  if (typeof answer !== 'object' || answer === null || !('data' in answer) || !Array.isArray(answer.data))
    return 0
  const [trace]: unknown[] = answer.data
  const hasSpans = typeof trace === 'object' && trace !== null && 'spans' in trace
  return hasSpans && Array.isArray(trace.spans) ? trace.spans.length : 0
}
