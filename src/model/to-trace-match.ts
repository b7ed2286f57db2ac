import { serviceName } from './span.js'
import { toTimestamp } from './time.js'
import { findExtent, findRoot, type Trace } from './trace.js'
import type { TraceMatch } from './trace-match.js'

const NANOS_PER_MILLI = 1_000_000n

/** What the answer to a search tells of a trace. */
export function toTraceMatch(trace: Trace): TraceMatch {
  const root = findRoot(trace)
  const { start, end } = findExtent(trace)
  return {
    traceId: trace.traceId,
    rootServiceName: root && serviceName(root.resource),
    rootSpanName: root?.name || undefined,
    start: toTimestamp(start),
    durationMs: end > start ? Number((end - start) / NANOS_PER_MILLI) : 0,
    failedServices: findFailedServices(trace),
  }
}

/** Of services with as many spans in error the one that comes first in the alphabet is first. */
function findFailedServices({ spans }: Trace): readonly string[] {
  const errors = new Map<string, number>()
  for (const { status, resource } of spans) {
    const service = status.code === 'error' ? serviceName(resource) : undefined
    if (service !== undefined) errors.set(service, (errors.get(service) ?? 0) + 1)
  }
  return [...errors]
    .toSorted(([left, fewer], [right, more]) => more - fewer || (left < right ? -1 : 1))
    .map(([service]) => service)
}
