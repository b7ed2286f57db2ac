import { findRoot } from '../../model/trace.js'
import type { Attributes } from '../../model/attributes.js'
import { serviceName, SPAN_KINDS, STATUS_CODES, type Span } from '../../model/span.js'
import type { Attribute, Field, IntrinsicName } from '../../traceql/index.js'
import { createDistinctTexts } from './distinct-texts.js'
import { tagNameWords, withQueryErrors } from './query-error.js'
import type { QueryLanguage } from './query-language.js'
import { scalarsOf, type Scalar } from './scalars.js'
import { legacyTagValues } from './tag-filter.js'
import type { TagRequest } from './tag-request.js'
import type { TraceSource } from './trace-source.js'

/** The values that a span has for a tag; of the trace it knows the root. */
type ValueReader = (span: Span, root: Span | undefined) => readonly Scalar[]

/** The body of the answer to `/api/search/tag/{name}/values`: texts, in order. */
export function answerTagValuesV1(name: string, request: TagRequest, traces: TraceSource) {
  const found = collect((span, root) => legacyTagValues(name, span, root), request, traces)
  return { tagValues: found.map(({ value }) => value).toSorted(), metrics: {} }
}

/**
 * The body of the answer to `/api/v2/search/tag/{name}/values`: texts with the type they have in TraceQL. The status and
 * the kind have all their values, whatever occurs; durations, ids and numbers of the tree have none.
 */
export function answerTagValuesV2(
  name: string,
  request: TagRequest,
  traces: TraceSource,
  { parseField }: Pick<QueryLanguage, 'parseField'>,
) {
  const field = withQueryErrors(tagNameWords(name), () => parseField(name))
  const keywords = field.kind === 'Intrinsic' ? KEYWORDS[field.name] : undefined
  const tagValues =
    keywords?.map((value) => ({ type: 'keyword', value })) ??
    collect(readerOf(field), request, traces).map(({ type, value }) => ({ type, value: value || undefined }))
  return { tagValues, metrics: {} }
}

const KEYWORDS: Readonly<Partial<Record<IntrinsicName, readonly string[]>>> = {
  status: STATUS_CODES,
  kind: SPAN_KINDS,
}

interface TypedText {
  readonly type: string
  readonly value: string
}

function collect(read: ValueReader, { select, window, limit }: TagRequest, traces: TraceSource) {
  const found = createDistinctTexts(limit)
  for (const trace of traces.overlapping(window)) {
    if (found.isFull()) break
    const spans = select(trace)
    const root = spans.length === 0 ? undefined : findRoot(trace)
    for (const span of spans) {
      for (const value of read(span, root)) found.add(`${TYPES[typeof value]} ${String(value)}`)
    }
  }
  return Array.from(found.texts, toTypedText)
}

const TYPES: Readonly<Partial<Record<string, string>>> = {
  string: 'string',
  bigint: 'int',
  number: 'float',
  boolean: 'bool',
}

function toTypedText(text: string): TypedText {
  const space = text.indexOf(' ')
  return { type: text.slice(0, space), value: text.slice(space + 1) }
}

function readerOf(field: Field): ValueReader {
  if (field.kind === 'Intrinsic') return INTRINSICS[field.name] ?? (() => [])
  return field.ofParent ? () => [] : createAttributeReader(field)
}

const INTRINSICS: Readonly<Partial<Record<IntrinsicName, ValueReader>>> = {
  name: (span) => [span.name],
  statusMessage: (span) => (span.status.message === '' ? [] : [span.status.message]),
  rootName: (_span, root) => (root ? [root.name] : []),
  rootServiceName: (_span, root) => (root ? [serviceName(root.resource) ?? ''] : []),
  'event:name': (span) => span.events.map(({ name }) => name),
  'instrumentation:name': (span) => [span.scope.name],
  'instrumentation:version': (span) => [span.scope.version],
}

function createAttributeReader({ scope, name }: Attribute): ValueReader {
  const read = (attributes: Attributes) => scalarsOf(attributes.get(name))
  const readResource = (span: Span) => {
    const values = read(span.resource.attributes)
    return values.length === 0 && name === 'service.name' ? [''] : values
  }
  switch (scope) {
    case 'none':
      return (span) => [...read(span.attributes), ...readResource(span)]
    case 'span':
      return (span) => read(span.attributes)
    case 'resource':
      return readResource
    case 'event':
      return (span) => span.events.flatMap(({ attributes }) => read(attributes))
    case 'link':
      return (span) => span.links.flatMap(({ attributes }) => read(attributes))
    case 'instrumentation':
      return (span) => read(span.scope.attributes)
  }
}
