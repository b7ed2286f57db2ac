import type { Interval } from '../../model/time.js'
import { ApiError } from './api-error.js'
import { checkQuerySize, find, findInteger } from './params.js'
import type { QueryLanguage } from './query-language.js'
import { parseTagWindow } from './search-window.js'
import { createSpanSelection, type SpanSelection } from './span-selection.js'

/** Where tags come from: a scope of attributes, or what TraceQL knows of every span. */
export const TAG_SCOPES = ['span', 'intrinsic', 'event', 'link', 'instrumentation', 'resource'] as const
export type TagScope = (typeof TAG_SCOPES)[number]

/** What a question about tags, or about the values of one, asks for. */
export interface TagRequest {
  /** Undefined asks for all. */
  readonly scope: TagScope | undefined
  readonly select: SpanSelection
  readonly window: Interval
  /** How many names of each scope, or how many values, at most. */
  readonly limit: number
}

/** The request in the parameters of the tag endpoints. Throws `ApiError` 400 in Tempo's words. */
export function parseTagRequest(
  params: URLSearchParams,
  { compileSearch }: Pick<QueryLanguage, 'compileSearch'>,
): TagRequest {
  const query = find(params, 'q')
  if (query !== undefined) checkQuerySize(query)
  return {
    scope: parseScope(params),
    select: createSpanSelection(query, compileSearch),
    window: parseTagWindow(params),
    limit: findInteger(params, 'limit') || Number.POSITIVE_INFINITY,
  }
}

function parseScope(params: URLSearchParams): TagScope | undefined {
  const text = find(params, 'scope')
  if (text === undefined || text === 'none') return undefined
  const scope = TAG_SCOPES.find((each) => each === text)
  if (scope === undefined) throw new ApiError(400, `invalid scope: ${text}`)
  return scope
}

/** The name of a tag in a path. Throws `ApiError` 400 where it is not encoded as it must be. */
export function parseTagName(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    throw new ApiError(400, 'please provide a valid tagName: it is not URL-encoded', { cause: error })
  }
}
