import { ReplayError } from '../../replay/replay-error.js'
import { EXIT } from '../exit-codes.js'
import { toFailure as toQueryFailure, type Failure } from '../query/failure.js'
import { printable } from '../query/printable.js'

/** Undefined for an error that nobody expected. */
export function toFailure(error: unknown): Failure | undefined {
  if (error instanceof ReplayError) return { text: printable(error.message), exitCode: EXIT.badInput }
  return toQueryFailure(error)
}
