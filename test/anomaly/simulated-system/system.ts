import type { Latency } from './latency.js'

export type Language = 'java' | 'go' | 'nodejs' | 'python' | 'dotnet'

/** What a machine in the system is; its clock is off by so much. */
export interface SystemNode {
  readonly name: string
  readonly zone: string
  readonly skewMs: number
}

export interface Pod {
  readonly name: string
  readonly node: SystemNode
  readonly version: string
  /** Milliseconds since the start of the data; a pod that was there from the start was born before it. */
  readonly bornMs: number
}

/** How a service writes down what it does. */
export interface Instrumentation {
  /** The names of semantic conventions: before and after they became stable. */
  readonly convention: 'old' | 'new' | 'both'
  readonly clientSpans: boolean
  /** `GET`, `HTTP GET` or `GET /items/{id}`. */
  readonly clientNames: 'method' | 'http-method' | 'route'
  /** Whether errors set the status of a span, only codes of the protocol, or leave no mark at all. */
  readonly status: 'full' | 'codes' | 'none'
  readonly exceptions: boolean
}

/** A database, a cache or a foreign host: seen only in the spans of those who ask it. */
export interface Store {
  readonly kind: 'sql' | 'cache' | 'external'
  readonly system: string
  readonly name: string
  readonly host: string
}

export interface Service {
  readonly name: string
  readonly layer: number
  readonly language: Language
  readonly instrumentation: Instrumentation
  readonly operations: Operation[]
  readonly stores: Store[]
  pods: Pod[]
  version: string
}

export type OperationKind = 'server' | 'consumer' | 'internal'

export interface Operation {
  readonly service: Service
  /** The name of its span. */
  readonly name: string
  readonly kind: OperationKind
  readonly protocol: 'http' | 'grpc' | 'message' | 'job'
  readonly method: string
  readonly route: string
  /** Its own work, without what it waits for. */
  readonly work: Latency
  /** What it calls; a deploy may change that for good. */
  steps: readonly Step[]
  /** Whether its calls go out at once. */
  readonly isParallel: boolean
  /** How many in one fail by nature. */
  readonly failShare: number
  /** How many in one find nothing, which is no error. */
  readonly notFoundShare: number
}

interface StepCommon {
  /** In how many of the requests it is made at all. */
  readonly share: number
  readonly leastTimes: number
  readonly mostTimes: number
  /** Whether the operation fails where this fails. */
  readonly isVital: boolean
}

/** A call of another service. */
export interface CallStep extends StepCommon {
  readonly kind: 'call'
  readonly to: Operation
  readonly timeoutMs: number
  readonly retries: number
}

/** A statement to a database, a command to a cache, a request to a foreign host. */
export interface StoreStep extends StepCommon {
  readonly kind: 'store'
  readonly store: Store
  /** The name of the span, such as `SELECT orders`. */
  readonly name: string
  readonly verb: string
  readonly text: string
  readonly latency: Latency
  readonly failShare: number
}

/** A look into a cache, and what is done where it holds nothing. */
export interface CacheStep extends StepCommon {
  readonly kind: 'cache'
  readonly look: StoreStep
  readonly missShare: number
  readonly onMiss: StoreStep
  readonly fill: StoreStep
}

/** A message that somebody else takes up later. */
export interface PublishStep extends StepCommon {
  readonly kind: 'publish'
  readonly topic: string
  readonly to: Operation
  readonly queue: Latency
  /** Whether the consumer goes on in the same trace, or begins one with a link. */
  readonly sameTrace: boolean
}

/** A span inside the process. */
export interface InnerStep extends StepCommon {
  readonly kind: 'inner'
  readonly name: string
  readonly latency: Latency
}

export type Step = CallStep | StoreStep | CacheStep | PublishStep | InnerStep

/** Where requests come in. */
export interface Root {
  readonly operation: Operation
  readonly perSecond: number
  /** The caller has a span of its own that is never received. */
  readonly hasUnseenParent: boolean
}

/** Work that starts by itself, every so often. */
export interface Job {
  readonly operation: Operation
  readonly everyMs: number
  readonly firstMs: number
}

export interface SimulatedSystem {
  readonly name: string
  readonly namespace: string
  readonly services: readonly Service[]
  readonly nodes: readonly SystemNode[]
  readonly roots: readonly Root[]
  readonly jobs: readonly Job[]
  readonly customers: readonly string[]
  readonly regions: readonly string[]
  readonly customerKey: string
  readonly regionKey: string
}

/** Every operation that this system serves. */
export function operationsOf(system: SimulatedSystem): readonly Operation[] {
  return system.services.flatMap((service) => service.operations)
}
