import type { TraceqlErrorStage } from '../../traceql/index.js'
import { ApiError } from './api-error.js'

/** How a query that failed at each stage is answered; the text goes before the error's message. */
export type QueryErrorWords = Readonly<
  Record<TraceqlErrorStage, { readonly status: number; readonly text: string }>
>

const FAILED = { status: 500, text: 'TraceQL query failed: ' }

export const SEARCH_WORDS: QueryErrorWords = {
  syntax: { status: 400, text: 'invalid TraceQL query: parse error at ' },
  semantic: { status: 400, text: 'invalid TraceQL query: ' },
  unsupported: { status: 501, text: 'TraceQL query not supported here: ' },
  evaluation: FAILED,
}

/** Tempo's words differ from one kind of metrics query to the other. */
export const RANGE_WORDS: QueryErrorWords = {
  syntax: { status: 400, text: 'parse error at ' },
  semantic: { status: 400, text: '' },
  unsupported: { status: 400, text: '' },
  evaluation: FAILED,
}

export const INSTANT_WORDS: QueryErrorWords = {
  syntax: { status: 400, text: 'compiling query: parse error at ' },
  semantic: { status: 400, text: 'compiling query: ' },
  unsupported: { status: 400, text: 'compiling query: ' },
  evaluation: FAILED,
}

/** The words for a name that is neither an attribute nor an intrinsic. */
export function tagNameWords(name: string): QueryErrorWords {
  const text = `please provide a valid tagName: failed to parse identifier ${name}: `
  return {
    syntax: { status: 400, text: `${text}parse error at ` },
    semantic: { status: 400, text },
    unsupported: { status: 400, text },
    evaluation: FAILED,
  }
}

/** Runs a step of a query, turning what it throws with a `stage` into the answer for whoever sent the query. */
export function withQueryErrors<T>(words: QueryErrorWords, step: () => T): T {
  try {
    return step()
  } catch (error) {
    if (!isQueryError(error)) throw error
    const { status, text } = words[error.stage]
    throw new ApiError(status, text + error.message, { cause: error })
  }
}

/** Whether this was thrown because of a query, and not by a fault of ours. */
export function isQueryError(error: unknown): error is Error & { readonly stage: TraceqlErrorStage } {
  return (
    error instanceof Error &&
    'stage' in error &&
    typeof error.stage === 'string' &&
    Object.hasOwn(SEARCH_WORDS, error.stage)
  )
}
