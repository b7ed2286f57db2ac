import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePorts } from '../test/peers/free-ports.js'
import { startChild, type Child } from './child.js'
import { compiled } from './compiled.js'
import { SERVER_CORE } from './cores.js'

/** The real command with its embedded source, in a process of its own. */
export interface Tracebell {
  readonly pid: number
  readonly otlpUrl: string
  /** Its Tempo-compatible API. */
  readonly tempoUrl: string
  /** Spans and traces that its window holds. */
  held(): Promise<{ readonly spans: number; readonly traces: number }>
  /** What it uses after a full garbage collection. */
  memory(): Promise<NodeJS.MemoryUsage>
  stop(): Promise<void>
}

export interface TracebellOptions {
  readonly windowBytes: number
  readonly nodeArgs?: readonly string[]
}

const READY_WITHIN_MS = 30_000

/** Starts it. Its checks are a day apart, so that they are not measured with what is. Throws if it does not come up. */
export async function startTracebell({ windowBytes, nodeArgs = [] }: TracebellOptions): Promise<Tracebell> {
  const [api, otlp, tempo] = await freePorts(3)
  const folder = await mkdtemp(join(tmpdir(), 'tracebell-bench-'))
  const child = startChild({
    file: 'src/cli/main.ts',
    core: SERVER_CORE,
    folder,
    nodeArgs: ['--expose-gc', '--import', pathToFileURL(compiled('bench/own-process.ts')).href, ...nodeArgs],
    environment: {
      TRACEBELL_API_LISTEN: `127.0.0.1:${api}`,
      TRACEBELL_OTLP_HTTP_LISTEN: `127.0.0.1:${otlp}`,
      TRACEBELL_OTLP_GRPC_LISTEN: 'off',
      TRACEBELL_TEMPO_LISTEN: `127.0.0.1:${tempo}`,
      TRACEBELL_WINDOW_MAX_BYTES: String(windowBytes),
      TRACEBELL_WINDOW_MAX_AGE_SECS: '86400',
      TEMPO_ALERT_INTERVAL_SECS: '86400',
      LOG_FILE: 'off',
      LOG_LEVEL: 'error',
    },
  })
  const urls = { otlpUrl: `http://127.0.0.1:${otlp}`, tempoUrl: `http://127.0.0.1:${tempo}` }
  const stop = async (): Promise<void> => {
    await child.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await untilReady(`${urls.tempoUrl}/ready`)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    ...urls,
    pid: child.pid,
    held: () => readHeld(`http://127.0.0.1:${api}/metrics`),
    memory: () => readMemory(child),
    stop,
  }
}

async function untilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline) {
    const ready = await fetch(url)
      .then(({ ok }) => ok)
      .catch(() => false)
    if (ready) return
    await sleep(50)
  }
  throw new Error(`tracebell was not ready within ${READY_WITHIN_MS} ms`)
}

async function readHeld(url: string) {
  const text = await (await fetch(url)).text()
  const read = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  return { spans: read('tracebell_window_spans'), traces: read('tracebell_window_traces') }
}

async function readMemory(child: Child): Promise<NodeJS.MemoryUsage> {
  const usage = await child.ask({})
  if (isUsage(usage)) return usage
  throw new Error(`tracebell's process tells what is no memory usage: ${JSON.stringify(usage)}`)
}

function isUsage(message: unknown): message is NodeJS.MemoryUsage {
  return typeof message === 'object' && message !== null && 'rss' in message && 'arrayBuffers' in message
}
