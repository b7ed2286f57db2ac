import type {
  CallStep,
  CacheStep,
  Operation,
  Pod,
  PublishStep,
  Root,
  Service,
  SimulatedSystem,
  Step,
  StoreStep,
} from './system.js'

/** Who asks, for the whole of a request. */
export interface Requester {
  readonly traceId: string
  readonly customer: string
  readonly region: string
}

/** One visit of an operation. */
export interface Visit {
  readonly operation: Operation
  readonly pod: Pod
  readonly requester: Requester
  /** Milliseconds since the start of the data. */
  readonly atMs: number
}

/** The way of a request between two pods. */
export interface Hop {
  readonly from: Visit
  readonly to: Pod
  readonly callee: Operation
}

/** How something fails: an exception, and whether it is thrown before anything was asked of others. */
export interface Failure {
  readonly type: string
  readonly message: string
  readonly isEarly: boolean
  /** Of the protocol: HTTP 500, 503, 504 or what stands for it. */
  readonly code: number
}

/** What is done differently to a system for some time. Each part answers what it was given where it has nothing to say. */
export interface Effect {
  /** Milliseconds since the start of the data. */
  readonly startMs: number
  readonly endMs: number
  /** Called when it begins and when it is over. */
  begin?(system: SimulatedSystem): void
  end?(system: SimulatedSystem): void
  /** An operation's own work, in milliseconds. */
  workMs?(visit: Visit, ms: number): number
  /** How long a store takes. */
  storeMs?(visit: Visit, step: StoreStep, ms: number): number
  /** What passes before a statement is sent, as for a connection. */
  poolMs?(visit: Visit, step: StoreStep): number
  /** One way between two pods. */
  networkMs?(hop: Hop, ms: number): number
  fails?(visit: Visit): Failure | undefined
  storeFails?(visit: Visit, step: StoreStep): Failure | undefined
  steps?(visit: Visit, steps: readonly Step[]): readonly Step[]
  times?(visit: Visit, step: Step, times: number): number
  retries?(visit: Visit, step: CallStep, retries: number): number
  missShare?(visit: Visit, step: CacheStep, share: number): number
  queueMs?(visit: Visit, step: PublishStep, ms: number): number
  notFoundShare?(visit: Visit, share: number): number
  /** Whether a pod takes no requests just now. */
  refuses?(pod: Pod, atMs: number): boolean
  /** When a pod that stands still goes on. */
  resumesMs?(pod: Pod, atMs: number): number
  /** A factor on the requests of a root. */
  demand?(root: Root, atMs: number): number
  /** How much later a pod's spans are sent. */
  exportDelayMs?(pod: Pod, atMs: number): number
  /** Which pods of a service get requests. */
  pods?(service: Service, atMs: number, pods: readonly Pod[]): readonly Pod[]
}

type Part = Exclude<keyof Effect, 'startMs' | 'endMs' | 'begin' | 'end'>

type Having<P extends Part> = Effect & Required<Pick<Effect, P>>

/** The effects that are on just now, by what they have to say something on. */
export type ActiveEffects = { readonly [P in Part]: readonly Having<P>[] }

/** Sorts effects by what they have to say, so that a request need not ask each of them. */
export function collectActive(effects: readonly Effect[]): ActiveEffects {
  const having = <P extends Part>(part: P): readonly Having<P>[] =>
    effects.filter((effect): effect is Having<P> => effect[part] !== undefined)
  return {
    workMs: having('workMs'),
    storeMs: having('storeMs'),
    poolMs: having('poolMs'),
    networkMs: having('networkMs'),
    fails: having('fails'),
    storeFails: having('storeFails'),
    steps: having('steps'),
    times: having('times'),
    retries: having('retries'),
    missShare: having('missShare'),
    queueMs: having('queueMs'),
    notFoundShare: having('notFoundShare'),
    refuses: having('refuses'),
    resumesMs: having('resumesMs'),
    demand: having('demand'),
    exportDelayMs: having('exportDelayMs'),
    pods: having('pods'),
  }
}
