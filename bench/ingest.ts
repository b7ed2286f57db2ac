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
/** How long what was received may still be worked on. */
const SETTLE_MS = 600
/** A process that is at it for more of the time than this holds up the other. */
const BUSY = 0.9

interface Timing {
  readonly rounds: number
  readonly warmUpMs: number
  readonly forMs: number
}

const FULL: Timing = { rounds: 3, warmUpMs: 6000, forMs: 10_000 }
const QUICK: Timing = { rounds: 1, warmUpMs: 500, forMs: 1000 }

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
  const timing = context.quick ? QUICK : FULL
  const load = startLoad()
  try {
    const rounds: { readonly ours: Run; readonly peer: Run }[] = []
    for (let index = 0; index < timing.rounds; index += 1) {
      const ours = await runOurs(protocol, load, timing, context)
      const peer = await runCollector(protocol, load, timing, binary)
      context.say(
        `${protocol} round ${index + 1}: ${ours.spansPerCpuSecond} ours, ${peer.spansPerCpuSecond} peer`,
      )
      rounds.push({ ours, peer })
    }
    return {
      ours: median(rounds.map(({ ours }) => ours.spansPerCpuSecond)),
      peer: median(rounds.map(({ peer }) => peer.spansPerCpuSecond)),
      ratio: round(median(rounds.map(({ ours, peer }) => ours.spansPerCpuSecond / peer.spansPerCpuSecond))),
      details: { requestsInFlight: IN_FLIGHT, ...timing, rounds },
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

async function runCollector(protocol: Protocol, load: Load, timing: Timing, binary: string): Promise<Run> {
  const collector = await startSpanMetricsCollector(binary, { launcher: onCore(SERVER_CORE) })
  try {
    const origin = protocol === 'http' ? collector.otlpUrl : collector.otlpGrpcUrl
    return await run({ protocol, origins: [origin] }, collector.pid, load, timing)
  } finally {
    await collector.stop()
  }
}

async function runOurs(
  protocol: Protocol,
  load: Load,
  timing: Timing,
  { profiles }: BenchContext,
): Promise<Run & { readonly matches: object }> {
  const ingest = await startIngest(profiles)
  try {
    const origin = protocol === 'http' ? ingest.otlpUrl : ingest.otlpGrpcUrl
    const result = await run({ protocol, origins: [origin] }, ingest.pid, load, timing)
    return { ...result, matches: await checkFilters(ingest) }
  } finally {
    await ingest.stop()
  }
}

async function run(order: LoadOrder, pid: number, load: Load, { warmUpMs, forMs }: Timing): Promise<Run> {
  await load.send({ ...order, forMs: warmUpMs })
  await sleep(SETTLE_MS)
  const before = cpuMsOf(pid)
  const report = await load.send({ ...order, forMs })
  const within = cpuMsOf(pid) - before
  await sleep(SETTLE_MS)
  return describe(report, within, cpuMsOf(pid) - before)
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

/** Every span was filtered, and every filter found some. */
async function checkFilters(ingest: Ingest): Promise<object> {
  const { received, filtered, matches } = await ingest.report()
  if (filtered < received) {
    throw new WrongAnswer(`of ${received} spans received only ${filtered} were filtered`)
  }
  const idle = Object.entries(matches).filter(([, count]) => count === 0)
  if (idle.length > 0) throw new WrongAnswer(`nothing was found by ${idle.map(([text]) => text).join(', ')}`)
  return { received, filtered, ...matches }
}
