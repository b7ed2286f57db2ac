import type { TraceqlErrorStage } from '../../traceql/index.js'
import { ApiError } from './api-error.js'

/** How each stage is answered; the text goes before the error's message. */
const ANSWERS: Readonly<Record<TraceqlErrorStage, { readonly status: number; readonly text: string }>> = {
  syntax: { status: 400, text: 'invalid TraceQL query: parse error at' },
  semantic: { status: 400, text: 'invalid TraceQL query:' },
  unsupported: { status: 501, text: 'TraceQL query not supported here:' },
  evaluation: { status: 500, text: 'TraceQL query failed:' },
}

/** Runs a step of a search, turning what it throws with a `stage` into the answer for whoever sent the query. */
export function withQueryErrors<T>(step: () => T): T {
  try {
    return step()
  } catch (error) {
    if (!(error instanceof Error) || !hasStage(error)) throw error
    const { status, text } = ANSWERS[error.stage]
    throw new ApiError(status, `${text} ${error.message}`, { cause: error })
  }
}

function hasStage(error: Error): error is Error & { readonly stage: TraceqlErrorStage } {
  return 'stage' in error && typeof error.stage === 'string' && Object.hasOwn(ANSWERS, error.stage)
}
