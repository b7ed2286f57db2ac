import type { InstrumentationScope, Resource, Span } from '../model/span.js'

/** Spans that came under one resource, and of them those that came under one scope. */
export interface ResourceGroup {
  readonly resource: Resource
  readonly scopes: readonly { readonly scope: InstrumentationScope; readonly spans: readonly Span[] }[]
}

/** The spans as OTLP has them, each under its scope, and that under its resource, in the order in which they first came. */
export function groupByResource(spans: readonly Span[]): readonly ResourceGroup[] {
  return Array.from(
    groupBy(spans, (span) => span.resource),
    ([resource, under]) => ({
      resource,
      scopes: Array.from(
        groupBy(under, (span) => span.scope),
        ([scope, inScope]) => ({ scope, spans: inScope }),
      ),
    }),
  )
}

function groupBy<K>(spans: readonly Span[], keyOf: (span: Span) => K): ReadonlyMap<K, readonly Span[]> {
  const groups = new Map<K, Span[]>()
  for (const span of spans) {
    const key = keyOf(span)
    const group = groups.get(key)
    if (group) group.push(span)
    else groups.set(key, [span])
  }
  return groups
}
