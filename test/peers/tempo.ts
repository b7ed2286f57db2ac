import { freePorts } from './free-ports.js'
import { startPeer, type PeerPlan } from './start-peer.js'

/** A real Tempo on free loopback ports, with a data folder of its own. */
export interface RealTempo {
  readonly pid: number
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

export interface RealTempoOptions extends Pick<PeerPlan, 'launcher'> {
  /** Lets a search see a trace well within a second after it came, not after half a minute. */
  readonly quickToShow?: boolean
  /** Completes blocks within seconds, not after half a minute: a block is not searched in the same way before and after. */
  readonly quickToComplete?: boolean
  /** Takes spans in that started up to two hours ago; by default it forgets those of more than two minutes for good. */
  readonly takesOldSpans?: boolean
  /** Lists complete blocks every two seconds, not every five minutes: what is older than 15 min is only looked for there. */
  readonly quickToList?: boolean
  /** Lifts the limits that a load of many traces at once, and a search that finds them all, would meet. */
  readonly withoutLimits?: boolean
}

const QUICK_BLOCKS = ', flush_check_period: 200ms, max_trace_idle: 200ms'
const OLD_SPANS = ', ingestion_time_range_slack: 2h'
const SHORT_BLOCKS = ', max_block_duration: 1s'
const QUICK_LISTS = 'blocklist_poll: 2s, '
const QUICK_QUERIES = 'query_frontend: {query_end_cutoff: 0s}'
/** By default 15 MB/s and 10,000 traces at a time come in, and an answer has up to 16 MiB within Tempo. */
const NO_LIMITS = `overrides: {defaults: {ingestion: {rate_limit_bytes: 1000000000, burst_size_bytes: 1000000000, max_traces_per_user: 0}}}
querier: {frontend_worker: {grpc_client_config: {max_send_msg_size: 1000000000}}}`
const NO_MESSAGE_LIMITS =
  ', grpc_server_max_recv_msg_size: 1000000000, grpc_server_max_send_msg_size: 1000000000'

/** Starts a Tempo with its default settings, but for what the options say. Throws if it does not come up. */
export async function startRealTempo(
  binary: string,
  {
    quickToShow = false,
    quickToComplete = false,
    takesOldSpans = false,
    quickToList = false,
    withoutLimits = false,
    launcher,
  }: RealTempoOptions = {},
): Promise<RealTempo> {
  const [http, grpc, otlpGrpc, otlpHttp, gossip] = await freePorts(5)
  const url = `http://127.0.0.1:${http}`
  const peer = await startPeer({
    name: 'Tempo',
    binary,
    launcher,
    readyUrl: `${url}/ready`,
    args: (file) => [`-config.file=${file}`],
    config: (folder) => `target: all
server: {http_listen_address: 127.0.0.1, http_listen_port: ${http}, grpc_listen_address: 127.0.0.1, grpc_listen_port: ${grpc}, log_level: warn${withoutLimits ? NO_MESSAGE_LIMITS : ''}}
distributor: {receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:${otlpGrpc}"}, http: {endpoint: "127.0.0.1:${otlpHttp}"}}}}}
memberlist: {bind_addr: [127.0.0.1], advertise_addr: 127.0.0.1, bind_port: ${gossip}}
live_store: {wal: {path: ${folder}/live-store/traces${takesOldSpans ? OLD_SPANS : ''}}, shutdown_marker_dir: ${folder}/live-store/shutdown-marker${quickToShow ? QUICK_BLOCKS : ''}${quickToComplete ? SHORT_BLOCKS : ''}}
${quickToShow ? QUICK_QUERIES : ''}
${withoutLimits ? NO_LIMITS : ''}
backend_scheduler: {local_work_path: ${folder}}
storage: {trace: {${quickToList ? QUICK_LISTS : ''}backend: local, wal: {path: ${folder}/wal}, local: {path: ${folder}/blocks}}}
usage_report: {reporting_enabled: false}
`,
  })
  return {
    pid: peer.pid,
    url,
    otlpUrl: `http://127.0.0.1:${otlpHttp}`,
    freeze: () => peer.signal('SIGSTOP'),
    thaw: () => peer.signal('SIGCONT'),
    stop: () => peer.stop(),
  }
}
