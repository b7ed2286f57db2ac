import type { Judgement } from './series/judgement.js'
import type { Call, Gap, Operation } from './series/operation.js'

/** Something that is unlike normal, and has been for long enough. */
export type Unusual = { readonly operation: Operation; readonly judgement: Judgement } & (
  | { readonly kind: 'time' | 'wait' | 'error' | 'traffic' }
  | { readonly kind: 'exception'; readonly exception: string }
  | { readonly kind: 'gap'; readonly gap: Gap }
  | { readonly kind: 'more-calls' | 'missing-calls'; readonly call: Call }
)

/** A way between two services, and whether it is slower than usual. */
export interface Way {
  readonly caller: string
  readonly callee: string
  /** What of it was found to be unlike normal, in seconds a second. */
  weight: number
  /** Whether it looks slower, be it told or not. */
  isSlow: boolean
}

/** What one tick came to. */
export interface TickVerdict {
  /** The weightiest first. */
  readonly unusual: readonly Unusual[]
  /** All ways on which there were enough calls to judge. */
  readonly ways: readonly Way[]
}
