import { SourceError, type SourceErrorReason } from '../../model/source-error.js'
import { TraceqlError, type TraceqlErrorStage } from '../../traceql/index.js'

const REASONS: Readonly<Record<TraceqlErrorStage, SourceErrorReason>> = {
  syntax: 'rejected',
  semantic: 'rejected',
  unsupported: 'unsupported',
  evaluation: 'failed',
}

/** Answers, and throws what is wrong with the query, or with its window, as a `SourceError`. */
export function withQueryErrors<T>(work: () => T, signal: AbortSignal): T {
  signal.throwIfAborted()
  try {
    return work()
  } catch (error) {
    if (error instanceof TraceqlError) {
      throw new SourceError(error.message, { reason: REASONS[error.stage], cause: error })
    }
    if (error instanceof RangeError)
      throw new SourceError(error.message, { reason: 'rejected', cause: error })
    throw error
  }
}
