import { OwnApiError } from './own-api-error.js'

/** In one request. */
export const MOST_IDS = 10_000

/** What is to be put in again. */
export interface WantedRetry {
  readonly ids: readonly number[] | 'all'
  /** Whether those too that others have overtaken. */
  readonly force: boolean
}

/** Reads `{"ids": [1, 2]}` or `{"all": true}`, either with `"force": true`. Throws an `OwnApiError` for anything else. */
export function parseRetry(text: string): WantedRetry {
  const fields = readFields(text)
  const [all, ids, force = false] = [fields.get('all'), fields.get('ids'), fields.get('force')]
  if (typeof force !== 'boolean') throw refuse()
  if (all === true && ids === undefined) return { ids: 'all', force }
  if (all === undefined && isIds(ids)) return { ids, force }
  throw refuse()
}

function readFields(text: string): ReadonlyMap<string, unknown> {
  const value = readJson(text)
  if (typeof value !== 'object' || value === null) throw refuse()
  return new Map(Object.entries(value))
}

function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    throw refuse()
  }
}

function isIds(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= MOST_IDS &&
    value.every((each) => Number.isSafeInteger(each) && each >= 0)
  )
}

function refuse(): OwnApiError {
  return new OwnApiError(
    400,
    `expected {"ids": [1, 2]} with up to ${MOST_IDS} ids, or {"all": true}, and "force": true where it is meant`,
  )
}
