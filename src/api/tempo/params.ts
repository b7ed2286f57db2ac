import { ApiError } from './api-error.js'
import { parseGoDuration } from './go-duration.js'

/** The first value of a parameter; undefined for an empty one too, as Tempo has it. */
export function find(params: URLSearchParams, name: string): string | undefined {
  return params.get(name) || undefined
}

/** A parameter that is a whole number from 0 to `max`. Throws `ApiError` 400 in Tempo's words for any other. */
export function findInteger(params: URLSearchParams, name: string, max = 0xffff_ffff): number | undefined {
  const text = find(params, name)
  if (text === undefined) return undefined
  if (/^\d+$/.test(text) && Number(text) <= max) return Number(text)
  const fault = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax'
  throw new ApiError(400, `invalid ${name}: strconv.ParseUint: parsing ${JSON.stringify(text)}: ${fault}`)
}

/** A parameter that is a Go duration, in milliseconds. Throws `ApiError` 400 in Tempo's words for any other. */
export function findDuration(params: URLSearchParams, name: string): number | undefined {
  const text = find(params, name)
  if (text === undefined) return undefined
  try {
    return parseGoDuration(text)
  } catch (error) {
    throw new ApiError(400, `invalid ${name}: ${error instanceof Error ? error.message : text}`, {
      cause: error,
    })
  }
}

const MAX_QUERY_BYTES = 131_072

/** Throws `ApiError` 400 in Tempo's words for a query that is too long. */
export function checkQuerySize(query: string): void {
  if (Buffer.byteLength(query) <= MAX_QUERY_BYTES) return
  throw new ApiError(400, `TraceQL expression exceeds the maximum size of ${MAX_QUERY_BYTES} bytes`)
}
