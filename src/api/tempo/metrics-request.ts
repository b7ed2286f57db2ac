import { SECOND_MS, toTimestamp, toUnixNano, type Interval, type Timestamp } from '../../model/time.js'
import type { MetricsWindow } from '../../traceql/index.js'
import { ApiError } from './api-error.js'
import { formatGoDuration } from './go-duration.js'
import { parseMetricsTime } from './metrics-time.js'
import { checkQuerySize, find, findInteger } from './params.js'
import { parsePrometheusDuration } from './prometheus-duration.js'
import type { QueryLanguage } from './query-language.js'

/** What a metrics query asks for. */
export interface MetricsRequest {
  readonly query: string
  readonly window: MetricsWindow
  /** How many spans may be shown beside the samples, in all. */
  readonly maxExemplars: number
}

const DEFAULT_SINCE_MS = 60 * 60 * SECOND_MS
const MOST_INTERVALS = 10_000
const MOST_EXEMPLARS = 100

/** The query in the parameters of `/api/metrics/query_range`. Throws `ApiError` 400 in Tempo's words. */
export function parseRangeRequest(
  params: URLSearchParams,
  now: Timestamp,
  defaultStepMs: QueryLanguage['defaultStepMs'],
): MetricsRequest {
  const { start, end } = parseBounds(params, now)
  const stepMs = parseStep(params) ?? defaultStepMs(start, end)
  checkStep(stepMs, end - start)
  return {
    query: parseQuery(params),
    window: { mode: 'range', start, end: lastWholeStep({ start, end, stepMs }, now), stepMs },
    maxExemplars: Math.min(findInteger(params, 'exemplars') || MOST_EXEMPLARS, MOST_EXEMPLARS),
  }
}

/** The query in the parameters of `/api/metrics/query`. Throws `ApiError` 400 in Tempo's words. */
export function parseInstantRequest(params: URLSearchParams, now: Timestamp): MetricsRequest {
  return {
    query: parseQuery(params),
    window: { mode: 'instant', ...parseBounds(params, now) },
    maxExemplars: 0,
  }
}

/** Prometheus's name for the query is taken as well. */
function parseQuery(params: URLSearchParams): string {
  const query = find(params, 'q') ?? find(params, 'query') ?? ''
  checkQuerySize(query)
  return query
}

/** As in Tempo a step that is not over yet has no sample, unless there is no other. */
function lastWholeStep(
  { start, end, stepMs }: Interval & { readonly stepMs: number },
  now: Timestamp,
): Timestamp {
  if (Math.ceil(end / stepMs) * stepMs <= now) return end
  const whole = Math.floor(now / stepMs) * stepMs
  return whole > start ? Math.min(whole, end) : end
}

/** From an hour before the end to now, but for what is told. What is finer than milliseconds is rounded outward. */
function parseBounds(params: URLSearchParams, now: Timestamp): Interval {
  const sinceMs = parseSince(params) ?? DEFAULT_SINCE_MS
  const end = parseTime(params, 'end') ?? toUnixNano(now)
  const latest = end < toUnixNano(now) ? end : toUnixNano(now)
  const start = parseTime(params, 'start') ?? latest - toUnixNano(sinceMs)
  if (end <= start) throw new ApiError(400, 'end must be greater than start')
  return { start: toTimestamp(start), end: toTimestamp(end + 999_999n) }
}

function parseSince(params: URLSearchParams): number | undefined {
  const text = find(params, 'since')
  if (text === undefined) return undefined
  return (
    parsePrometheusDuration(text) ??
    refuse(`could not parse 'since' parameter: not a valid duration string: ${JSON.stringify(text)}`)
  )
}

function parseTime(params: URLSearchParams, name: string): bigint | undefined {
  const text = find(params, name)
  if (text === undefined) return undefined
  try {
    return parseMetricsTime(text)
  } catch (error) {
    return refuse(`could not parse '${name}' parameter: ${error instanceof Error ? error.message : text}`)
  }
}

/** A step in seconds, or a Prometheus duration. */
function parseStep(params: URLSearchParams): number | undefined {
  const text = find(params, 'step')
  if (text === undefined) return undefined
  if (/^\d+(?:\.\d*)?$/.test(text)) return Number(text) * SECOND_MS
  return parsePrometheusDuration(text) ?? refuse(`cannot parse ${JSON.stringify(text)} to a valid duration`)
}

function checkStep(stepMs: number, rangeMs: number): void {
  const leastMs = rangeMs / MOST_INTERVALS
  const step = formatGoDuration(stepMs)
  if (stepMs <= 0 || stepMs < leastMs) {
    const least = formatGoDuration(leastMs)
    throw new ApiError(400, `step of ${step} is too small, minimum step for given range is ${least}`)
  }
  if (!Number.isSafeInteger(stepMs)) {
    throw new ApiError(400, `step of ${step} is not a whole number of milliseconds`)
  }
}

/** Tempo answers these with the words of the gRPC call behind them. */
function refuse(problem: string): never {
  throw new ApiError(400, `rpc error: code = Code(400) desc = ${problem}`)
}
