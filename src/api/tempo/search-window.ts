import { SECOND_MS, type Interval, type Timestamp } from '../../model/time.js'
import { ApiError } from './api-error.js'
import { findDuration, findInteger } from './params.js'

/** Ten digits: more would be milliseconds, which Tempo does not take either. */
const MAX_SECONDS = 9_999_999_999
/** Later than any span can start: its nanoseconds are 64 bits. */
const END_OF_TIME: Timestamp = 2 ** 64 / 1e6

/** All that is held, which is what a request without a range asks for. */
export const ALL_TIME: Interval = { start: 0, end: END_OF_TIME }

/** The range of a search: `since`, or `start` and `end` in Unix seconds. Throws `ApiError` 400 in Tempo's words. */
export function parseSearchWindow(params: URLSearchParams, now: Timestamp): Interval {
  const since = findDuration(params, 'since')
  if (since !== undefined) return { start: now - since, end: now }
  const { start, end } = parseSeconds(params)
  if (start === undefined && end === undefined) return ALL_TIME
  if (start === undefined) {
    throw new ApiError(
      400,
      'error parsing date range: only one of start and end provided: must provide both or neither',
    )
  }
  if (end === undefined || start >= end) {
    const received = `received start=${start} end=${end ?? 0}`
    throw new ApiError(400, `http parameter start must be before end. ${received}`)
  }
  return { start: start * SECOND_MS, end: end * SECOND_MS }
}

/** The range of a question about tags. Grafana sends zeros where it has none. */
export function parseTagWindow(params: URLSearchParams): Interval {
  const { start = 0, end = 0 } = parseSeconds(params)
  return { start: start * SECOND_MS, end: end === 0 ? END_OF_TIME : end * SECOND_MS }
}

function parseSeconds(params: URLSearchParams) {
  return {
    start: findInteger(params, 'start', MAX_SECONDS),
    end: findInteger(params, 'end', MAX_SECONDS),
  }
}
