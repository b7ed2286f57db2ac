import type { Timestamp } from '../../src/model/time.js'
import { type OtlpResourceSpans, STATUS_ERROR } from './otlp-json.js'

/** What the stand-in's queries need of a span. */
export interface StoredSpan {
  readonly traceId: string
  readonly spanId: string
  readonly isRoot: boolean
  /** Undefined where the resource has no `service.name`. */
  readonly service: string | undefined
  readonly name: string
  readonly startNano: bigint
  readonly endNano: bigint
  readonly isError: boolean
  readonly arrival: Timestamp
  /** It started so long before or after it came that it does not widen the time range of its block. */
  readonly isStray: boolean
}

/** The spans of one push, in the order of their starts. */
export function readSpans(
  resourceSpans: readonly OtlpResourceSpans[],
  arrival: Timestamp,
  slackMs: number,
): StoredSpan[] {
  const spans = resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = resource?.attributes?.find(({ key }) => key === 'service.name')?.value['stringValue']
    return scopeSpans.flatMap((scope) =>
      scope.spans.map((span) => ({
        traceId: span.traceId.toLowerCase(),
        spanId: span.spanId.toLowerCase(),
        isRoot: (span.parentSpanId ?? '') === '',
        service: typeof service === 'string' && service !== '' ? service : undefined,
        name: span.name ?? '',
        startNano: BigInt(span.startTimeUnixNano),
        endNano: BigInt(span.endTimeUnixNano),
        isError: span.status?.code === STATUS_ERROR,
        arrival,
        isStray: Math.abs(Number(BigInt(span.startTimeUnixNano) / 1_000_000n) - arrival) > slackMs,
      })),
    )
  })
  return spans.sort(byStart)
}

/** Orders spans, traces and the like: the earliest start first. */
export function byStart(a: { readonly startNano: bigint }, b: { readonly startNano: bigint }): number {
  if (a.startNano === b.startNano) return 0
  return a.startNano < b.startNano ? -1 : 1
}
