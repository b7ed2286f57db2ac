import type { FaultCategory, FaultFacts } from './plan.js'

/** A fault as the labels file tells of it. */
export interface FaultLabel extends FaultFacts {
  readonly id: string
  readonly start: string
  readonly end: string
  readonly type: string
  readonly category: FaultCategory
  /** How it comes and goes. */
  readonly shape: Shape
  readonly scored: boolean
  readonly whyNot?: string
  /** The services that call the blamed one, directly or not: what its effect may reach. */
  readonly impacted: readonly string[]
  readonly firstEffect: string | undefined
  /** Visits, and traces, that it changed. */
  readonly effects: number
  readonly traces: number
}

export interface BenignLabel {
  readonly id: string
  readonly start: string
  readonly end: string
  readonly type: string
  readonly service?: string
  readonly detail: string
}

/** At once and lasting; growing; coming and going. */
export const SHAPES = ['step', 'ramp', 'flap'] as const
export type Shape = (typeof SHAPES)[number]

/** What was done to the system, for whoever scores alerts. */
export interface Labels {
  readonly dataset: string
  readonly system: string
  readonly source: string
  readonly start: string
  readonly end: string
  readonly warmupEnd: string
  readonly observed: readonly { readonly start: string; readonly end: string }[]
  readonly counts: Readonly<Record<string, number>>
  readonly clockSkewMs: Readonly<Record<string, number>>
  readonly faults: readonly FaultLabel[]
  readonly benign: readonly BenignLabel[]
}
