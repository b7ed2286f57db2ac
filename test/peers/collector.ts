import { freePorts } from './free-ports.js'
import { startPeer, type PeerPlan } from './start-peer.js'

/** A real OpenTelemetry Collector on free loopback ports. */
export interface RealCollector {
  readonly pid: number
  /** Its OTLP/HTTP receiver. */
  readonly otlpUrl: string
  /** Its OTLP/gRPC receiver. */
  readonly otlpGrpcUrl: string
  stop(): Promise<void>
}

/**
 * Starts a Collector that measures every span it receives with its `span_metrics` connector, with default settings, and
 * throws the metrics away. Throws if it does not come up.
 */
export async function startSpanMetricsCollector(
  binary: string,
  { launcher }: Pick<PeerPlan, 'launcher'> = {},
): Promise<RealCollector> {
  const [health, http, grpc] = await freePorts(3)
  const peer = await startPeer({
    name: 'the OpenTelemetry Collector',
    binary,
    launcher,
    readyUrl: `http://127.0.0.1:${health}/`,
    args: (file) => ['--config', file],
    config: () => `
receivers: { otlp: { protocols: { grpc: { endpoint: "127.0.0.1:${grpc}" }, http: { endpoint: "127.0.0.1:${http}" } } } }
connectors: { span_metrics: {} }
exporters: { nop: {} }
extensions: { health_check: { endpoint: "127.0.0.1:${health}" } }
service:
  extensions: [health_check]
  telemetry: { metrics: { level: none }, logs: { level: warn } }
  pipelines:
    traces: { receivers: [otlp], exporters: [span_metrics] }
    metrics: { receivers: [span_metrics], exporters: [nop] }
`,
  })
  const otlpUrl = `http://127.0.0.1:${http}`
  return { pid: peer.pid, otlpUrl, otlpGrpcUrl: `http://127.0.0.1:${grpc}`, stop: () => peer.stop() }
}
