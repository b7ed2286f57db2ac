import type { TraceqlErrorStage } from './error.js'
import { TraceqlError } from './error.js'

/** Throws a `TraceqlError` about this place of the query under check. */
export type Reject = (at: number, stage: TraceqlErrorStage, problem: string) => never

/** Rejects by places of this query. */
export function createReject(text: string): Reject {
  return (at, stage, problem) => {
    throw new TraceqlError({ stage, text, at, problem })
  }
}
