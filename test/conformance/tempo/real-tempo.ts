import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A real Tempo on free loopback ports, with a data folder of its own. */
export interface RealTempo {
  /** Its HTTP API. */
  readonly url: string
  /** Its OTLP/HTTP receiver. */
  readonly otlpUrl: string
  /** Stops it in its tracks, as a machine that is starved does. */
  freeze(): void
  thaw(): void
  /** Ends it, and removes its data. */
  stop(): Promise<void>
}

export interface RealTempoOptions {
  /** Lets a search see a trace well within a second after it came, not after half a minute. */
  readonly quickToShow?: boolean
}

const READY_WITHIN_MS = 60_000

/** Starts a Tempo with its default settings, but for what the options say. Throws if it does not come up. */
export async function startRealTempo(
  binary: string,
  { quickToShow = false }: RealTempoOptions = {},
): Promise<RealTempo> {
  const [http, grpc, otlpGrpc, otlpHttp, gossip] = await freePorts(5)
  const folder = await mkdtemp(join(tmpdir(), 'tracebell-tempo-'))
  const file = join(folder, 'tempo.yaml')
  await writeFile(
    file,
    `target: all
server: {http_listen_address: 127.0.0.1, http_listen_port: ${http}, grpc_listen_address: 127.0.0.1, grpc_listen_port: ${grpc}, log_level: warn}
distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:${otlpGrpc}"}, http: {endpoint: "127.0.0.1:${otlpHttp}"}}}}}
memberlist: {bind_addr: [127.0.0.1], advertise_addr: 127.0.0.1, bind_port: ${gossip}}
live_store: {wal: {path: ${folder}/live-store/traces}, shutdown_marker_dir: ${folder}/live-store/shutdown-marker${quickToShow ? ', flush_check_period: 200ms, max_trace_idle: 200ms' : ''}}
${quickToShow ? 'query_frontend: {query_end_cutoff: 0s}' : ''}
backend_scheduler: {local_work_path: ${folder}}
storage: {trace: {backend: local, wal: {path: ${folder}/wal}, local: {path: ${folder}/blocks}}}
usage_report: {reporting_enabled: false}
`,
  )
  const child = spawn(binary, [`-config.file=${file}`], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${http}`
  const stop = async (): Promise<void> => {
    await end(child)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    await untilReady(url, child)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    otlpUrl: `http://127.0.0.1:${otlpHttp}`,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    stop,
  }
}

/** Its state is thrown away, so it is not asked to stop in good order, which takes Tempo half a minute. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`Tempo ended with ${child.exitCode} before it was ready`)
    const ready = await fetch(`${url}/ready`)
      .then(({ ok }) => ok)
      .catch(() => false)
    if (ready) return
    await sleep(100)
  }
  throw new Error(`Tempo was not ready within ${READY_WITHIN_MS} ms`)
}

async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    }),
  )
  const ports = servers.map((server) => {
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  })
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
