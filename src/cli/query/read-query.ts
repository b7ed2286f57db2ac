import type { QueryKind } from '../../query/query-request.js'
import { check, parse, TraceqlError } from '../../traceql/index.js'
import { InputError } from './input-error.js'
import { readDuration } from './read-times.js'

/** A query and the options that depend on what kind it is, as the user wrote them. */
export interface QueryTexts {
  readonly query: string
  readonly step?: string | undefined
  readonly limit?: string | undefined
  readonly instant: boolean
}

export interface ReadQuery {
  readonly kind: QueryKind
  readonly stepMs: number | undefined
  readonly limit: number
}

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 100_000

/**
 * What kind of query it is. Throws a `TraceqlError` for one that is wrong, and an `InputError` for an option that is, or
 * that has no meaning for such a query.
 */
export function readQuery({ query, step, limit, instant }: QueryTexts): ReadQuery {
  const kind = kindOf(query, instant)
  if (kind === 'search' && instant)
    throw new InputError('--instant: the query is a search, and this is for metrics')
  if (kind !== 'range' && step !== undefined) {
    const found = kind === 'search' ? 'is a search' : 'has one value, with --instant'
    throw new InputError(`--step: the query ${found}, and this is for metrics over time`)
  }
  if (kind !== 'search' && limit !== undefined) {
    throw new InputError('--limit: the query is one for metrics, and this is for searches')
  }
  return {
    kind,
    stepMs: step === undefined ? undefined : readDuration('--step', step),
    limit: limit === undefined ? DEFAULT_LIMIT : readLimit(limit),
  }
}

function kindOf(text: string, instant: boolean): QueryKind {
  const query = parse(text)
  tolerateUnsupported(() => check(query))
  if (query.root.kind === 'Pipeline') return 'search'
  return instant ? 'instant' : 'range'
}

/** A Tempo may be able to do what is not done here. */
function tolerateUnsupported(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof TraceqlError) || error.stage !== 'unsupported') throw error
  }
}

function readLimit(text: string): number {
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (limit >= 1 && limit <= MAX_LIMIT) return limit
  throw new InputError(
    `--limit: found ${JSON.stringify(text)}, expected a whole number from 1 to ${MAX_LIMIT}`,
  )
}
