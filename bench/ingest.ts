import { setTimeout as sleep } from 'node:timers/promises'
import { startSpanMetricsCollector } from '../test/peers/collector.js'
import { WrongAnswer, type Benchmark, type BenchContext, type Comparison } from './benchmark.js'
import { SERVER_CORE, onCore } from './cores.js'
import { startIngest, type Ingest } from './ingest-ours.js'
import { IN_FLIGHT, type LoadOrder, type LoadReport } from './load/send-load.js'
import { startLoad, type Load } from './load/load.js'
import { cpuMsOf } from './process-usage.js'
import { median, round } from './quantile.js'

type Protocol = LoadOrder['protocol']

const GIB = 2 ** 30
/** How long what was received may still be worked on, where nobody tells. */
const SETTLE_MS = 600
const FILTERED_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 100
/** A process that is at it for more of the time than this holds up the other. */
const BUSY = 0.9

/** Requests of 500 spans: spans and not seconds, as a machine that is shared gives more of them at one time than at another. */
interface Size {
  readonly rounds: number
  /** So many that the window is full and every function compiled. */
  readonly warmUpRequests: number
  readonly requests: number
}

const FULL: Size = { rounds: 3, warmUpRequests: 3000, requests: 6000 }
const QUICK: Size = { rounds: 1, warmUpRequests: 300, requests: 600 }

/** Spans taken in over one protocol: ours with ten filters over each, the Collector's with `span_metrics` over each. */
export function ingestOver(protocol: Protocol): Benchmark {
  return {
    name: `ingest over OTLP/${protocol === 'http' ? 'HTTP protobuf' : 'gRPC'}`,
    group: 'ingest',
    unit: 'spans per second of processor time',
    ratioOf: 'ours / peer',
    aim: { atLeast: 1 },
    peer: 'otelcol',
    needsBytes: 2 * GIB,
    measure: async (binary, context) => [await compare(protocol, binary, context)],
  }
}

async function compare(protocol: Protocol, binary: string, context: BenchContext): Promise<Comparison> {
  const size = context.quick ? QUICK : FULL
  const load = startLoad()
  try {
    const rounds: { readonly ours: Run; readonly peer: Run }[] = []
    for (let index = 0; index < size.rounds; index += 1) {
      const ours = await runOurs(protocol, load, size, context)
      const peer = await runCollector(protocol, load, size, binary)
      context.say(
        `${protocol} round ${index + 1}: ${ours.spansPerCpuSecond} ours, ${peer.spansPerCpuSecond} peer`,
      )
      rounds.push({ ours, peer })
    }
    return {
      ours: median(rounds.map(({ ours }) => ours.spansPerCpuSecond)),
      peer: median(rounds.map(({ peer }) => peer.spansPerCpuSecond)),
      ratio: round(median(rounds.map(({ ours, peer }) => ours.spansPerCpuSecond / peer.spansPerCpuSecond))),
      details: { requestsInFlight: IN_FLIGHT, ...size, rounds },
    }
  } finally {
    await load.stop()
  }
}

/** What one server did in the measured time. */
interface Run {
  readonly spansPerCpuSecond: number
  readonly spansPerSecond: number
  /** Shares of the time that the server and the load were at work, and which of them that makes the bottleneck. */
  readonly serverBusy: number
  readonly loadBusy: number
  readonly limitedBy: 'server' | 'load' | 'others on this machine'
}

async function runCollector(protocol: Protocol, load: Load, size: Size, binary: string): Promise<Run> {
  const collector = await startSpanMetricsCollector(binary, { launcher: onCore(SERVER_CORE) })
  try {
    const origin = protocol === 'http' ? collector.otlpUrl : collector.otlpGrpcUrl
    return await run({ protocol, origins: [origin] }, collector.pid, load, size, () => sleep(SETTLE_MS))
  } finally {
    await collector.stop()
  }
}

async function runOurs(
  protocol: Protocol,
  load: Load,
  size: Size,
  { profiles }: BenchContext,
): Promise<Run & { readonly matches: object }> {
  const ingest = await startIngest(profiles)
  try {
    const origin = protocol === 'http' ? ingest.otlpUrl : ingest.otlpGrpcUrl
    const result = await run({ protocol, origins: [origin] }, ingest.pid, load, size, () =>
      untilFiltered(ingest),
    )
    return { ...result, matches: await checkFilters(ingest) }
  } finally {
    await ingest.stop()
  }
}

async function run(
  order: LoadOrder,
  pid: number,
  load: Load,
  { warmUpRequests, requests }: Size,
  settle: () => Promise<void>,
): Promise<Run> {
  await load.send({ ...order, requests: warmUpRequests })
  await settle()
  const before = cpuMsOf(pid)
  const report = await load.send({ ...order, requests })
  const within = cpuMsOf(pid) - before
  await settle()
  return describe(report, within, cpuMsOf(pid) - before)
}

/** Throws where some of the spans received are not filtered in good time. */
async function untilFiltered(ingest: Ingest): Promise<void> {
  const deadline = performance.now() + FILTERED_WITHIN_MS
  for (;;) {
    const { received, filtered } = await ingest.report()
    if (filtered >= received) return
    if (performance.now() > deadline) {
      throw new WrongAnswer(`of ${received} spans received only ${filtered} were filtered`)
    }
    await sleep(LOOK_EVERY_MS)
  }
}

function describe({ spans, wallMs, cpuMs }: LoadReport, withinMs: number, serverCpuMs: number): Run {
  const serverBusy = withinMs / wallMs
  const loadBusy = cpuMs / wallMs
  return {
    spansPerCpuSecond: Math.round((1000 * spans) / serverCpuMs),
    spansPerSecond: Math.round((1000 * spans) / wallMs),
    serverBusy: round(serverBusy),
    loadBusy: round(loadBusy),
    limitedBy: serverBusy > BUSY ? 'server' : loadBusy > BUSY ? 'load' : 'others on this machine',
  }
}

/** Every filter found some of the spans. */
async function checkFilters(ingest: Ingest): Promise<object> {
  const { received, filtered, matches } = await ingest.report()
  const idle = Object.entries(matches).filter(([, count]) => count === 0)
  if (idle.length > 0) throw new WrongAnswer(`nothing was found by ${idle.map(([text]) => text).join(', ')}`)
  return { received, filtered, ...matches }
}
