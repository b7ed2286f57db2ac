import type { Dice } from './dice.js'
import type { Effect, Visit } from './effect.js'
import type { Operation, Service, SimulatedSystem } from './system.js'

export type FaultCategory =
  | 'latency'
  | 'error_burst'
  | 'error_rate'
  | 'cascade'
  | 'repeated_errors'
  | 'structure'
  | 'traffic'

/** What is known of a fault: what an alert about it should say. */
export interface FaultFacts {
  /** The service to blame. */
  readonly service: string
  /** Names that are as right as that. */
  readonly accept?: readonly string[]
  readonly operation?: string
  readonly attribute?: {
    readonly key: string
    readonly value: string
    readonly or?: { readonly key: string; readonly value: string }
  }
  readonly edge?: readonly [caller: string, callee: string]
  readonly detail: string
}

export interface FaultPlan {
  readonly effect: Omit<Effect, 'startMs' | 'endMs'>
  readonly facts: FaultFacts
}

/** Where and when a fault is to be, and how it is reported what it did. */
export interface FaultStage {
  readonly system: SimulatedSystem
  readonly dice: Dice
  /** Milliseconds since the start of the data. */
  readonly startMs: number
  readonly endMs: number
  /** How often an operation is visited, and a service in all. */
  readonly visits: ReadonlyMap<Operation, number>
  readonly serviceVisits: ReadonlyMap<Service, number>
  /** From 0 to 1: how strong the fault is at a moment. */
  readonly strength: (atMs: number) => number
  /** Counts what the fault did to a visit. */
  readonly mark: (visit: Visit) => void
}

export interface FaultKind {
  readonly type: string
  readonly category: FaultCategory
  /** Whether it can only be seen where errors leave a mark. */
  readonly needsStatus: boolean
  /** Undefined where the system has no place for it. */
  readonly plan: (stage: FaultStage) => FaultPlan | undefined
}

/** An event that must not alert. */
export interface BenignPlan {
  readonly effects: readonly Effect[]
  readonly endMs: number
  readonly service?: string
  readonly detail: string
}

export interface BenignStage {
  readonly system: SimulatedSystem
  readonly dice: Dice
  readonly startMs: number
  readonly visits: ReadonlyMap<Operation, number>
}

export interface BenignKind {
  readonly type: string
  readonly plan: (stage: BenignStage) => BenignPlan | undefined
}
