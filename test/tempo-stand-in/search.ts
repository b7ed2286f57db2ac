import { createHash } from 'node:crypto'
import type { Timestamp } from '../../src/model/time.js'
import { type Answer, jsonAnswer, textAnswer } from './answer.js'
import type { Block } from './live-store.js'
import { gatherTraces, type SearchableTrace } from './searchable-trace.js'
import { parseSearchRequest, type SearchOptions, type SearchRequest } from './search-request.js'
import { stripZeros } from './traceql.js'

const SECOND_NANO = 1_000_000_000n

/**
 * Answers `/api/search`. With more matches than the limit it takes an arbitrary set of them, as a real Tempo does:
 * which ones depends on the seed, the request and the time, so that the next poll gets others.
 */
export function answerSearch(
  params: URLSearchParams,
  blocks: readonly Block[],
  now: Timestamp,
  options: SearchOptions,
): Answer {
  const request = parseSearchRequest(params, now, options)
  if ('error' in request) return textAnswer(400, request.error)
  const start = BigInt(request.start) * SECOND_NANO
  const end = BigInt(request.end) * SECOND_NANO
  const searched = blocks.filter((block) => block.startNano <= end && block.endNano >= start)
  const traces = gatherTraces(searched).filter((trace) => trace.startNano <= end && trace.endNano >= start)
  const found = traces.flatMap((trace) => describe(trace, request))
  const salt = request.mostRecent ? '' : `${options.seed} ${params.toString()} ${now}`
  return jsonAnswer({ traces: choose(found, request, salt), metrics: inspected(traces, request) })
}

interface FoundTrace {
  readonly startNano: bigint
  readonly traceId: string
  readonly json: Readonly<Record<string, unknown>>
}

function describe(trace: SearchableTrace, { filter, spansPerSet }: SearchRequest): readonly FoundTrace[] {
  const durationMs = Number(trace.durationNanos / 1_000_000n)
  const basics = {
    traceID: stripZeros(trace.traceId),
    rootServiceName: trace.root?.service ?? '<root span not yet received>',
    ...(trace.root && trace.root.name !== '' && { rootTraceName: trace.root.name }),
    startTimeUnixNano: String(trace.startNano),
    ...(durationMs > 0 && { durationMs }),
  }
  if (!filter) return [{ ...trace, json: basics }]
  const matched = trace.spans.filter((span) => filter.matches(span, trace.durationNanos))
  if (matched.length === 0) return []
  const spans = matched.slice(0, spansPerSet).map((span) => {
    const attributes = filter.attributes(span)
    return {
      spanID: span.spanId,
      startTimeUnixNano: String(span.startNano),
      durationNanos: String(span.endNano - span.startNano),
      ...(attributes.length > 0 && { attributes }),
    }
  })
  const spanSet = { spans, matched: matched.length }
  return [{ ...trace, json: { ...basics, spanSet, spanSets: [spanSet], serviceStats: serviceStats(trace) } }]
}

function serviceStats(trace: SearchableTrace): unknown {
  const services = [...new Set(trace.spans.map((span) => span.service ?? ''))]
  return Object.fromEntries(
    services.map((service) => {
      const spans = trace.spans.filter((span) => (span.service ?? '') === service)
      const errorCount = spans.filter((span) => span.isError).length
      return [service, { spanCount: spans.length, ...(errorCount > 0 && { errorCount }) }]
    }),
  )
}

function choose(
  found: readonly FoundTrace[],
  { limit, mostRecent }: SearchRequest,
  salt: string,
): readonly FoundTrace['json'][] {
  const shuffled = found
    .map((trace) => ({ trace, lot: drawLot(`${salt} ${trace.traceId}`) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .map(({ trace }) => trace)
  const chosen = mostRecent ? shuffled : shuffled.slice(0, limit)
  return chosen
    .sort((a, b) => (a.startNano === b.startNano ? 0 : b.startNano < a.startNano ? -1 : 1))
    .slice(0, limit)
    .map(({ json }) => json)
}

function drawLot(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}

function inspected(traces: readonly SearchableTrace[], { filter }: SearchRequest): unknown {
  const spans = traces.reduce((sum, trace) => sum + trace.spans.length, 0)
  return {
    ...(!filter && traces.length > 0 && { inspectedTraces: traces.length }),
    ...(spans > 0 && { inspectedBytes: String(spans * 512) }),
    completedJobs: 1,
    totalJobs: 1,
  }
}
