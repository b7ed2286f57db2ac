import type { Attributes } from '../../model/attributes.js'
import type { Span } from '../../model/span.js'
import { createDistinctTexts, type DistinctTexts } from './distinct-texts.js'
import { TAG_SCOPES, type TagRequest, type TagScope } from './tag-request.js'
import type { TraceSource } from './trace-source.js'

/** The intrinsics that Tempo names. */
const INTRINSICS = [
  'duration',
  'event:name',
  'event:timeSinceStart',
  'instrumentation:name',
  'instrumentation:version',
  'kind',
  'link:spanID',
  'link:traceID',
  'name',
  'rootName',
  'rootServiceName',
  'span:duration',
  'span:id',
  'span:kind',
  'span:name',
  'span:parentID',
  'span:status',
  'span:statusMessage',
  'status',
  'statusMessage',
  'trace:duration',
  'trace:id',
  'trace:rootName',
  'trace:rootService',
  'traceDuration',
] as const

/** Where each scope has its attributes. */
const ATTRIBUTES: Readonly<
  Record<Exclude<TagScope, 'intrinsic'>, (span: Span) => Iterable<{ readonly attributes: Attributes }>>
> = {
  span: (span) => [span],
  event: (span) => span.events,
  link: (span) => span.links,
  instrumentation: (span) => [span.scope],
  resource: (span) => [span.resource],
}

/** The body of the answer to `/api/v2/search/tags`: the names that occur, by scope; scopes without any are left out. */
export function answerTagsV2(request: TagRequest, traces: TraceSource) {
  const scopes = TAG_SCOPES.filter((scope) => request.scope === undefined || request.scope === scope)
  const found = scopes.map((name) => ({ name, tags: namesOf(name, request, traces) }))
  return { scopes: found.filter(({ tags }) => tags.length > 0), metrics: {} }
}

/** The body of the answer to `/api/search/tags`: the names of attributes of every scope, in one list. */
export function answerTagsV1(request: TagRequest, traces: TraceSource) {
  const scopes =
    request.scope === undefined ? TAG_SCOPES.filter((scope) => scope !== 'intrinsic') : [request.scope]
  const names = new Set(scopes.flatMap((scope) => namesOf(scope, request, traces)))
  return { tagNames: [...names].toSorted(), metrics: {} }
}

function namesOf(
  scope: TagScope,
  { select, window, limit }: TagRequest,
  traces: TraceSource,
): readonly string[] {
  if (scope === 'intrinsic') return INTRINSICS.slice(0, limit)
  const holdersOf = ATTRIBUTES[scope]
  const names = createDistinctTexts(limit)
  // Spans share resources and scopes: each is looked at once. What belongs to one span must not be kept.
  const seen = SHARED.has(scope) ? new Set<Attributes>() : undefined
  for (const trace of traces.overlapping(window)) {
    if (names.isFull()) break
    for (const span of select(trace)) {
      for (const { attributes } of holdersOf(span)) addNames(names, attributes, seen)
    }
  }
  return [...names.texts].toSorted()
}

const SHARED: ReadonlySet<TagScope> = new Set<TagScope>(['resource', 'instrumentation'])

function addNames(names: DistinctTexts, attributes: Attributes, seen: Set<Attributes> | undefined): void {
  if (attributes.size === 0 || seen?.has(attributes)) return
  seen?.add(attributes)
  for (const name of attributes.keys()) names.add(name)
}
