import type { Span } from '../../model/span.js'
import type { Trace } from '../../model/trace.js'
import { isQueryError } from './query-error.js'
import type { CompileSearch, Search } from './query-language.js'
import { selectSpans } from './trace-by-id.js'

/** Those spans of a trace that are looked at. */
export type SpanSelection = (trace: Trace) => readonly Span[]

const ALL_SPANS: SpanSelection = ({ spans }) => spans

/**
 * The spans that a query matches, for those who complete it while it is being typed. Of a query that is not complete
 * those conditions count that are, as far as they are joined by `&&`; where that leaves none, all spans do.
 */
export function createSpanSelection(query: string | undefined, compileSearch: CompileSearch): SpanSelection {
  if (query === undefined) return ALL_SPANS
  const search = tryCompile(query, compileSearch) ?? compileParts(query, compileSearch)
  return search ? (trace) => selectSpans(trace, search) : ALL_SPANS
}

function compileParts(query: string, compileSearch: CompileSearch): Search | undefined {
  const complete = splitConditions(query).filter(
    (condition) => tryCompile(`{ ${condition} }`, compileSearch) !== undefined,
  )
  return complete.length === 0 ? undefined : tryCompile(`{ ${complete.join(' && ')} }`, compileSearch)
}

function tryCompile(query: string, compileSearch: CompileSearch): Search | undefined {
  try {
    return compileSearch(query)
  } catch (error) {
    if (isQueryError(error)) return undefined
    throw error
  }
}

/** Strings whole, operators, braces, and what is between them. */
const TOKENS = /"(?:[^"\\]|\\.)*"?|`[^`]*`?|&&|\|\||[{}]|[^"`&|{}]+|[&|]/g
const MOST_CONDITIONS = 32

/** The conditions in the first braces, where `&&` alone joins them and no other braces follow; else none. */
function splitConditions(query: string): readonly string[] {
  const tokens: readonly string[] = query.match(TOKENS) ?? []
  const open = tokens.indexOf('{')
  const close = tokens.indexOf('}', open)
  const inner = tokens.slice(open + 1, close === -1 ? undefined : close)
  const isOne = open !== -1 && open === tokens.lastIndexOf('{')
  if (!isOne || inner.includes('||')) return []
  const conditions = ['']
  for (const token of inner) {
    if (token === '&&') conditions.push('')
    else conditions.push(`${conditions.pop() ?? ''}${token}`)
  }
  return conditions.filter((condition) => condition.trim() !== '').slice(0, MOST_CONDITIONS)
}
