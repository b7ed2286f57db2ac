import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../src/model/clock.js'
import { MINUTE_MS, SECOND_MS } from '../../src/model/time.js'
import type { Answer } from './answer.js'
import { createFaultQueue, type Fault, type FaultScope } from './fault.js'
import { createLiveStore } from './live-store.js'
import { checkOtlpJson } from './otlp-json.js'
import { createRequestLog, type ReceivedRequest } from './request-log.js'
import { parseTarget, type Phase, respond, type RespondOptions, SINGLE_TENANT } from './respond.js'
import { type StandInServer, startServer } from './server.js'
import { encodeTestTrace, type TestTrace } from './test-trace.js'

/** All but the clock have the defaults of a real Tempo 3. */
export interface TempoStandInOptions {
  readonly clock: Clock
  /** How far behind now the end of every search and metrics query is held. */
  readonly queryEndCutoffMs?: number
  /** From the last push of a trace until it can be searched. */
  readonly liveStoreDelayMs?: number
  /** Which traces a search that reaches its limit happens to give. */
  readonly seed?: number
  readonly defaultResultLimit?: number
  readonly maxResultLimit?: number
  /** 0 is no limit. */
  readonly maxResponseSeries?: number
  /** How far from its arrival a span may start and still be counted for good. */
  readonly ingestionSlackMs?: number
  /** How often blocks are cut, and when: an instant query loses spans near such a moment. */
  readonly blockMs?: number
  readonly blockPhaseMs?: number
  readonly metrics?: boolean
  readonly statusConfig?: boolean
  readonly multitenancy?: boolean
  readonly authorization?: string
  readonly version?: string
}

/** A stateful stand-in for a real Tempo 3, in the time of its clock. */
export interface TempoStandIn {
  /** Takes in a trace, or more of it, as arrived now. */
  push(trace: TestTrace, tenant?: string): void
  /** Takes in the body of an OTLP/JSON export as arrived now. Throws where it is not one. */
  pushOtlpJson(body: unknown, tenant?: string): void
  /** The true answer, without server, log or faults; undefined where the connection would drop. */
  respond(method: string, target: string, headers?: Readonly<Record<string, string>>): Answer | undefined
  listen(): Promise<StandInServer>
  /** What the server has received. */
  readonly requests: readonly ReceivedRequest[]
  /** Resolves once the server has received `count` requests in all. */
  received(count: number): Promise<void>
  /** Makes the server misbehave. */
  fail(fault: Fault, scope?: FaultScope): void
  /** Ends all faults. */
  heal(): void
  /** Whether Tempo is starting, running or shutting down. */
  setPhase(phase: Phase): void
}

/** Makes a stand-in that holds no trace. */
export function createTempoStandIn(options: TempoStandInOptions): TempoStandIn {
  const { clock } = options
  const store = createLiveStore({
    delayMs: options.liveStoreDelayMs ?? 8_500,
    maxLiveMs: 30 * SECOND_MS,
    blockMs: options.blockMs ?? 30 * SECOND_MS,
    blockPhaseMs: options.blockPhaseMs ?? 0,
    slackMs: options.ingestionSlackMs ?? 2 * MINUTE_MS,
  })
  const settings: RespondOptions = {
    queryEndCutoffMs: options.queryEndCutoffMs ?? 30 * SECOND_MS,
    seed: options.seed ?? 1,
    defaultResultLimit: options.defaultResultLimit ?? 20,
    maxResultLimit: options.maxResultLimit ?? 262_144,
    maxResponseSeries: options.maxResponseSeries ?? 0,
    blockCompleteMs: 45 * SECOND_MS,
    metrics: options.metrics ?? true,
    statusConfig: options.statusConfig ?? true,
    multitenancy: options.multitenancy ?? false,
    authorization: options.authorization,
    version: options.version ?? '',
  }
  const log = createRequestLog()
  const faults = createFaultQueue()
  let phase: Phase = 'running'

  const answer = (target: string, headers: Readonly<Record<string, string | undefined>>) =>
    respond({ target, headers }, store, phase, clock.now(), settings)

  function pushOtlpJson(body: unknown, tenant = SINGLE_TENANT): void {
    checkOtlpJson(body)
    store.push(tenant, body, clock.now())
  }

  function handle(incoming: IncomingMessage) {
    const received = readRequest(incoming)
    log.add(received)
    return { answer: answer(received.target, received.headers), fault: faults.take(received.path) }
  }

  return {
    pushOtlpJson,
    push: (trace, tenant) => {
      pushOtlpJson(encodeTestTrace(trace), tenant)
    },
    respond: (_method, target, headers = {}) => answer(target, lowerCased(headers)),
    listen: () => startServer(handle, clock),
    requests: log.all,
    received: (count) => log.received(count),
    fail: (fault, scope = {}) => {
      faults.add(fault, scope)
    },
    heal: () => {
      faults.clear()
    },
    setPhase: (next) => {
      phase = next
    },
  }
}

function readRequest({ method = '', url = '', headers }: IncomingMessage): ReceivedRequest {
  const { pathname, searchParams } = parseTarget(url)
  const flat = Object.entries(headers).map(([name, value]) => [name, value?.toString()] as const)
  return {
    method,
    target: url,
    path: pathname,
    params: Object.fromEntries(searchParams),
    headers: Object.fromEntries(flat),
  }
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
