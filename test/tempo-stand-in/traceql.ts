import type { OtlpAttribute } from './otlp-json.js'
import type { StoredSpan } from './stored-span.js'

/** A spanset filter that the stand-in can judge. */
export interface Filter {
  /** `traceNanos` is the duration of the whole trace, as far as it is known. */
  matches(span: StoredSpan, traceNanos: bigint): boolean
  /** The attributes that Tempo shows on a span because the filter names them. */
  attributes(span: StoredSpan): readonly OtlpAttribute[]
}

/** The label of a grouping, and its value for a span. */
export interface Grouping {
  readonly label: string
  value(span: StoredSpan): string
}

/** The metrics part of a query. */
export interface MetricsStage {
  readonly name: 'count_over_time' | 'rate'
  readonly by: Grouping | undefined
}

/** A query that the stand-in judges. */
export interface TraceQl {
  readonly filter: Filter
  readonly metrics: MetricsStage | undefined
  /** The `with (...)` hints, as they were written. */
  readonly hints: ReadonlyMap<string, string>
}

const QUERY =
  /^\s*\{(?<filter>[^{}]*)\}\s*(?:\|\s*(?<metric>count_over_time|rate)\s*\(\s*\)\s*(?:by\s*\(\s*(?<by>[\w.:]+)\s*\))?)?\s*(?:with\s*\((?<hints>[^()]*)\))?\s*$/

/**
 * Reads the few queries that the stand-in judges. `error` for any other, worded so that a test which uses one notices:
 * real Tempo would judge it, this one will not guess.
 */
export function parseTraceQl(text: string): TraceQl | { readonly error: string } {
  if (text.trim() === '') {
    const place = text === '' ? '' : `at line 1, col ${text.length + 1}`
    return { error: `parse error ${place}: syntax error: unexpected $end` }
  }
  const groups = QUERY.exec(text)?.groups
  const filter = groups && parseFilter(groups['filter']?.trim() ?? '')
  if (!groups || !filter) return unknown(text)
  const by = groups['by'] === undefined ? undefined : GROUPINGS.get(groups['by'])
  if (groups['by'] !== undefined && !by) return unknown(text)
  const metric = groups['metric']
  const metrics: MetricsStage | undefined =
    metric === 'count_over_time' || metric === 'rate' ? { name: metric, by } : undefined
  return { filter, metrics, hints: parseHints(groups['hints'] ?? '') }
}

function unknown(text: string): { error: string } {
  return { error: `parse error at line 1, col 1: syntax error: the stand-in does not judge ${text}` }
}

const GROUPINGS: ReadonlyMap<string, Grouping> = new Map([
  ['trace:id', { label: 'trace:id', value: (span: StoredSpan) => stripZeros(span.traceId) }],
  [
    'resource.service.name',
    { label: 'resource.service.name', value: (span: StoredSpan) => span.service ?? '' },
  ],
])

/** A trace id as Tempo prints it: without its leading zeros. */
export function stripZeros(traceId: string): string {
  return traceId.replace(/^0+(?=.)/, '')
}

const nothing = (): readonly OtlpAttribute[] => []

function parseFilter(text: string): Filter | undefined {
  if (text === '' || text === 'true') return { matches: () => true, attributes: nothing }
  return parseStatus(text) ?? parseDuration(text) ?? parseService(text)
}

function parseStatus(text: string): Filter | undefined {
  if (!/^status\s*=\s*error$/.test(text)) return undefined
  return { matches: (span) => span.isError, attributes: () => [stringAttribute('status', 'error')] }
}

function parseDuration(text: string): Filter | undefined {
  const found = /^(?:traceDuration|trace:duration)\s*(>=|>)\s*(\d+(?:\.\d+)?)(ms|s)$/.exec(text)
  if (!found) return undefined
  const [, operator, count, unit] = found
  const limit = BigInt(Math.round(Number(count) * (unit === 's' ? 1e9 : 1e6)))
  const matches: Filter['matches'] =
    operator === '>' ? (_span, nanos) => nanos > limit : (_span, nanos) => nanos >= limit
  return { matches, attributes: nothing }
}

function parseService(text: string): Filter | undefined {
  const found = /^resource\.service\.name\s*=\s*"([^"\\]*)"$/.exec(text)
  const name = found?.[1]
  if (name === undefined) return undefined
  return {
    matches: (span) => (span.service ?? '') === name,
    attributes: () => [stringAttribute('service.name', name)],
  }
}

function stringAttribute(key: string, stringValue: string): OtlpAttribute {
  return { key, value: { stringValue } }
}

function parseHints(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(',').map((pair) => pair.split('='))
  return new Map(
    pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key?.trim() ?? '', value.trim()]])),
  )
}
