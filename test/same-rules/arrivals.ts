import { decodeJson } from '../../src/otlp/decode-json.js'
import { SECOND_MS, toTimestamp, type Timestamp } from '../../src/model/time.js'
import { shopRequests } from './shop-requests.js'

/** One OTLP/JSON request, and when it comes. */
export interface Arrival {
  readonly request: object
  readonly at: Timestamp
}

/** The second parts of traces come so much later than they ended, and every 23rd trace as a whole. */
const PART_LATE_MS = 25 * SECOND_MS
const TRACE_LATE_MS = 40 * SECOND_MS

/** The shop's traces up to this time, in the order in which they come: most once they have ended. */
export function shopArrivals(end: Timestamp): readonly Arrival[] {
  const { whole, late } = shopRequests(end, { shop: 'rooted' })
  const arrivals = [
    ...whole.map((request, index) => arrive(request, index % 23 === 11 ? TRACE_LATE_MS : 0)),
    ...late.map((request) => arrive(request, PART_LATE_MS)),
  ]
  return arrivals.toSorted((left, right) => left.at - right.at)
}

function arrive(request: object, lateMs: number): Arrival {
  const ends = decodeJson(request).spans.map(({ endTimeUnixNano }) => toTimestamp(endTimeUnixNano))
  return { request, at: Math.max(...ends) + lateMs }
}
