import { freePorts } from './free-ports.js'
import { startPeer, type PeerPlan } from './start-peer.js'

/** A real Jaeger on free loopback ports, which holds traces in memory. */
export interface RealJaeger {
  readonly pid: number
  /** Its query API. */
  readonly url: string
  /** Its OTLP/HTTP receiver. */
  readonly otlpUrl: string
  stop(): Promise<void>
}

export interface RealJaegerOptions extends Pick<PeerPlan, 'launcher'> {
  /** The oldest traces go when there are more. */
  readonly maxTraces: number
}

/** Starts a Jaeger. Throws if it does not come up. */
export async function startRealJaeger(
  binary: string,
  { maxTraces, launcher }: RealJaegerOptions,
): Promise<RealJaeger> {
  const [health, query, queryGrpc, http, grpc] = await freePorts(5)
  const peer = await startPeer({
    name: 'Jaeger',
    binary,
    launcher,
    // So that what it gives back to the system is no longer counted as its own.
    environment: { GODEBUG: 'madvdontneed=1' },
    readyUrl: `http://127.0.0.1:${health}/status`,
    args: (file) => ['--config', file],
    config: () => `
service:
  extensions: [jaeger_storage, jaeger_query, healthcheckv2]
  pipelines: { traces: { receivers: [otlp], exporters: [jaeger_storage_exporter] } }
  telemetry: { metrics: { level: none }, logs: { level: warn } }
extensions:
  healthcheckv2: { use_v2: true, http: { endpoint: "127.0.0.1:${health}" } }
  jaeger_query: { storage: { traces: mem }, http: { endpoint: "127.0.0.1:${query}" }, grpc: { endpoint: "127.0.0.1:${queryGrpc}" } }
  jaeger_storage: { backends: { mem: { memory: { max_traces: ${maxTraces} } } } }
receivers:
  otlp: { protocols: { grpc: { endpoint: "127.0.0.1:${grpc}" }, http: { endpoint: "127.0.0.1:${http}" } } }
exporters: { jaeger_storage_exporter: { trace_storage: mem } }
`,
  })
  const otlpUrl = `http://127.0.0.1:${http}`
  return { pid: peer.pid, url: `http://127.0.0.1:${query}`, otlpUrl, stop: () => peer.stop() }
}
