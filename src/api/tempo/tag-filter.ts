import { serviceName, type Span } from '../../model/span.js'
import { findRoot, type Trace } from '../../model/trace.js'
import { ApiError } from './api-error.js'
import { scalarsOf, type Scalar } from './scalars.js'

/** What one span of a trace must have: for each name a text that its value contains. */
export type TagFilter = readonly { readonly name: string; readonly value: string }[]

const PAIR = /([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?:\s+|$)/y

/**
 * The pairs in a text in logfmt, such as `service.name=shop http.route="/a b"`. Throws `ApiError` 400 for any other
 * text.
 */
export function parseTagFilter(text: string): TagFilter {
  const tags: { name: string; value: string }[] = []
  const trimmed = text.trim()
  PAIR.lastIndex = 0
  while (PAIR.lastIndex < trimmed.length) {
    const at = PAIR.lastIndex
    const [, name, quoted, bare = ''] = PAIR.exec(trimmed) ?? []
    if (name === undefined) {
      throw new ApiError(400, `invalid tags: expected name=value or name="value" at position ${at + 1}`)
    }
    tags.push({ name, value: quoted === undefined ? bare : quoted.replace(/\\(.)/g, '$1') })
  }
  return tags
}

/** Whether a span of the trace has all of these tags, in itself or in its resource. */
export function matchesTags(trace: Trace, tags: TagFilter): boolean {
  if (tags.length === 0) return true
  const root = findRoot(trace)
  return trace.spans.some((span) =>
    tags.every(({ name, value }) => legacyTagValues(name, span, root).some((held) => contains(held, value))),
  )
}

function contains(held: Scalar, text: string): boolean {
  return typeof held === 'string' ? held.includes(text) : String(held) === text
}

/**
 * The values that a span has under a name of the older search, which knows no scopes: an attribute of the span or its
 * resource, or one of the few things that are no attributes. A resource without `service.name` has it empty.
 */
export function legacyTagValues(name: string, span: Span, root: Span | undefined): readonly Scalar[] {
  const { attributes, resource } = span
  const held = [...scalarsOf(attributes.get(name)), ...scalarsOf(resource.attributes.get(name))]
  if (held.length > 0) return held
  switch (name) {
    case 'name':
      return [span.name]
    case 'status.code':
      return [span.status.code]
    case 'error':
      return [span.status.code === 'error']
    case 'service.name':
      return ['']
    case 'root.name':
      return root ? [root.name] : []
    case 'root.service.name':
      return root ? [serviceName(root.resource) ?? ''] : []
    default:
      return []
  }
}
