import { parse, print, TraceqlError } from '../../traceql/index.js'

/**
 * Tempo reads a query in pieces of 1024 bytes, and where a name or number lies across the edge of two it loses text and
 * finds a syntax error. So long queries get spaces: each edge then lies within a run of them, before an operator.
 */
const PIECE_BYTES = 1024
/** So many spaces stand at each side of an edge. */
const MARGIN = 4

/** The same query, such that Tempo reads it whole. Only spaces between tokens are added. */
export function spaceQuery(query: string): string {
  if (Buffer.byteLength(query) <= PIECE_BYTES - MARGIN) return query
  // In a comment a quote means nothing.
  if (/\/[/*]/.test(query)) return spaceTokens(withoutComments(query))
  return spaceTokens(query)
}

/** A query that is none is for Tempo to refuse. */
function withoutComments(query: string): string {
  try {
    return print(parse(query))
  } catch (error) {
    if (error instanceof TraceqlError) return query
    throw error
  }
}

function spaceTokens(query: string): string {
  let spaced = ''
  let length = 0
  for (const part of splitAtOperators(query)) {
    const bytes = Buffer.byteLength(part)
    const edge = (Math.floor(length / PIECE_BYTES) + 1) * PIECE_BYTES
    const pad = length + bytes + MARGIN > edge ? edge + MARGIN - length : 0
    spaced += ' '.repeat(pad) + part
    length += pad + bytes
  }
  return spaced
}

/** A string, which is one token whatever it holds, or what stands before an operator. */
const PART = /(?:"(?:[^"\\]|\\.)*"|`[^`]*`|[^"`&|,)}])+|[&|]{1,2}|./gsu

/** The query in parts that each begin with an operator or closing bracket, but for the first. */
function splitAtOperators(query: string): readonly string[] {
  const parts: string[] = []
  let open = ''
  for (const [token] of query.matchAll(PART)) {
    if (/^[&|,)}]/.test(token) && open.trim() !== '') {
      parts.push(open)
      open = ''
    }
    open += token
  }
  return [...parts, open]
}
