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

/** What it was found in: the same from tick to tick. */
export function seriesOf(each: Unusual): object {
  switch (each.kind) {
    case 'time':
      return each.operation.times
    case 'gap':
      return each.gap.times
    case 'more-calls':
      return each.call.counts
    case 'missing-calls':
      return each.call.missing
    case 'exception':
      return each.operation.exceptions.get(each.exception) ?? each.operation.errors
    case 'wait':
      return each.operation.waits ?? each.operation.times
    case 'error':
      return each.operation.errors
    case 'traffic':
      return each.operation.traffic ?? each.operation.times
  }
}
