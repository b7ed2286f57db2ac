import { OwnApiError } from './own-api-error.js'

/** In one request. */
export const MOST_IDS = 10_000

/** Reads `{"ids": [1, 2]}` or `{"all": true}`. Throws an `OwnApiError` for anything else. */
export function parseRetry(text: string): readonly number[] | 'all' {
  const fields = readFields(text)
  const [all, ids] = [fields.get('all'), fields.get('ids')]
  if (all === true && ids === undefined) return 'all'
  if (all === undefined && isIds(ids)) return ids
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
  return new OwnApiError(400, `expected {"ids": [1, 2]} with up to ${MOST_IDS} ids, or {"all": true}`)
}
