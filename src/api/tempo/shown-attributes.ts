import type { Attributes, AttributeValue } from '../../model/attributes.js'
import type { Span } from '../../model/span.js'
import type { Attribute, IntrinsicName, QueryNeeds } from '../../traceql/index.js'

type Reader = (span: Span) => AttributeValue | undefined

/** Tempo's words for the parent of a root. */
const NO_PARENT = '0000000000000000'

/**
 * What Tempo shows among a span's attributes when a query names it. Not here: `name`, which has a field of its own,
 * durations and ids, which are shown always, and what belongs to the whole trace.
 */
const INTRINSICS: Readonly<Partial<Record<IntrinsicName, Reader>>> = {
  status: (span) => span.status.code,
  statusMessage: (span) => span.status.message,
  kind: (span) => span.kind,
  'span:parentID': (span) => span.parentSpanId ?? NO_PARENT,
  'event:name': (span) => span.events[0]?.name,
  'link:traceID': (span) => span.links[0]?.traceId,
  'link:spanID': (span) => span.links[0]?.spanId,
  'instrumentation:name': (span) => span.scope.name,
  'instrumentation:version': (span) => span.scope.version,
}

const SCOPES: Readonly<Record<Attribute['scope'], (span: Span, name: string) => AttributeValue | undefined>> =
  {
    none: (span, name) => span.attributes.get(name) ?? span.resource.attributes.get(name),
    span: (span, name) => span.attributes.get(name),
    resource: (span, name) => span.resource.attributes.get(name),
    instrumentation: (span, name) => span.scope.attributes.get(name),
    event: (span, name) => firstOf(span.events, name),
    link: (span, name) => firstOf(span.links, name),
  }

/** The values of a span that a query names, by their names without a scope; those it does not have are left out. */
export function shownAttributes(span: Span, needs: QueryNeeds): Attributes {
  const shown = new Map<string, AttributeValue>()
  for (const name of needs.intrinsics) {
    const value = INTRINSICS[name]?.(span)
    if (value !== undefined) shown.set(name, value)
  }
  for (const { scope, name, ofParent } of needs.attributes) {
    const value = ofParent ? undefined : SCOPES[scope](span, name)
    if (value !== undefined) shown.set(name, value)
  }
  return shown
}

function firstOf(
  items: readonly { readonly attributes: Attributes }[],
  name: string,
): AttributeValue | undefined {
  return items.find((item) => item.attributes.has(name))?.attributes.get(name)
}
