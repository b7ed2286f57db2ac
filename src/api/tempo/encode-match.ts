import { serviceName, type Span } from '../../model/span.js'
import { trimZeros } from '../../model/trace-id.js'
import { ROOT_NOT_RECEIVED } from '../../model/trace-match.js'
import type { QueryNeeds, Spanset } from '../../traceql/index.js'
import { compareNanos } from './compare-nanos.js'
import { encodeAttributes } from './encode-value.js'
import { shownAttributes } from './shown-attributes.js'
import type { TraceSummary } from './summarize.js'

// Numbers that are 0, texts that are empty and lists without items are absent, as in Tempo's answers.

/** A trace in the answer to a search without a query. */
export function encodeMatch({ trace, root, startTimeUnixNano, durationMs }: TraceSummary) {
  return {
    traceID: trimZeros(trace.traceId),
    rootServiceName: (root && serviceName(root.resource)) ?? ROOT_NOT_RECEIVED,
    rootTraceName: root?.name || undefined,
    startTimeUnixNano: String(startTimeUnixNano),
    durationMs: durationMs || undefined,
  }
}

/** A trace in the answer to a TraceQL search: with the spansets that match, and counts over the whole trace. */
export function encodeQueryMatch(
  summary: TraceSummary,
  spansets: readonly Spanset[],
  needs: QueryNeeds | undefined,
  spansPerSpanset: number,
) {
  const spanSets = spansets.map((spanset) => encodeSpanset(spanset, needs, spansPerSpanset))
  // `spanSet` is the older form, of which some clients still know only the first one.
  return {
    ...encodeMatch(summary),
    spanSet: spanSets[0],
    spanSets,
    serviceStats: countByService(summary.trace.spans),
  }
}

function encodeSpanset(
  { spans, attributes }: Spanset,
  needs: QueryNeeds | undefined,
  spansPerSpanset: number,
) {
  const earliest = spans.toSorted((a, b) => compareNanos(a.startTimeUnixNano, b.startTimeUnixNano))
  return {
    spans: earliest.slice(0, spansPerSpanset).map((span) => encodeSpan(span, needs)),
    matched: spans.length,
    attributes: encodeAttributes(attributes),
  }
}

function encodeSpan(span: Span, needs: QueryNeeds | undefined) {
  const duration = span.endTimeUnixNano - span.startTimeUnixNano
  return {
    spanID: span.spanId,
    name: needs?.intrinsics.has('name') ? span.name : undefined,
    startTimeUnixNano: String(span.startTimeUnixNano),
    durationNanos: duration > 0n ? String(duration) : undefined,
    attributes: needs && encodeAttributes(shownAttributes(span, needs)),
  }
}

function countByService(spans: readonly Span[]) {
  const counts = new Map<string, { spanCount: number; errorCount?: number }>()
  for (const span of spans) {
    const service = serviceName(span.resource) ?? ''
    const count = counts.get(service) ?? { spanCount: 0 }
    count.spanCount += 1
    if (span.status.code === 'error') count.errorCount = (count.errorCount ?? 0) + 1
    counts.set(service, count)
  }
  return Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
