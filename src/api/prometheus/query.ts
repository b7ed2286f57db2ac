import { SECOND_MS, type Timestamp } from '../../model/time.js'
import { badParameter, PrometheusError } from './prometheus-error.js'

/** A sum of whole numbers: what people and Grafana ask to see whether somebody answers. */
const SUM = /^\d{1,9}(?: ?\+ ?\d{1,9}){0,9}$/
const VECTOR = /^vector\(([^()]{1,120})\)$/
const LONGEST_QUERY = 200

/**
 * The answer to `/api/v1/query`. There is no PromQL here and nothing to query: only constants are answered, so that a
 * data source can be tested; the rest is refused, as an empty answer would pass for a true one.
 */
export function answerQuery(params: URLSearchParams, now: Timestamp): object {
  const query = params.get('query')?.trim() ?? ''
  if (query === '') throw badParameter('query', 'no expression found in input')
  const at = parseTime(params.get('time'), now) / SECOND_MS
  const vector = VECTOR.exec(query)?.[1]
  const value = sum(vector?.trim() ?? query)
  if (value === undefined) throw refuse(query)
  return vector === undefined
    ? { resultType: 'scalar', result: [at, value] }
    : { resultType: 'vector', result: [{ metric: {}, value: [at, value] }] }
}

/** The error for a query that would need PromQL. */
export function refuse(query: string): PrometheusError {
  const quoted = query.length > LONGEST_QUERY ? `${query.slice(0, LONGEST_QUERY)}…` : query
  return new PrometheusError(
    422,
    'execution',
    `tracebell does not evaluate PromQL: ${JSON.stringify(quoted)}; it answers /api/v1/rules and /api/v1/alerts, and a Prometheus that scrapes /metrics answers queries`,
  )
}

function sum(text: string): string | undefined {
  if (!SUM.test(text)) return undefined
  return String(text.split('+').reduce((total, term) => total + Number(term), 0))
}

const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

/** Unix seconds or RFC 3339. */
function parseTime(text: string | null, now: Timestamp): Timestamp {
  if (text === null || text === '') return now
  const at = /^-?\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) * SECOND_MS : readRfc3339(text)
  if (Number.isFinite(at)) return Math.round(at)
  throw badParameter('time', `cannot parse ${JSON.stringify(text.slice(0, 100))} to a valid timestamp`)
}

function readRfc3339(text: string): number {
  return RFC3339.test(text) ? Date.parse(text) : Number.NaN
}
