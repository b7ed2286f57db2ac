import { check, parse, TraceqlError, type CheckedQuery } from '../../traceql/index.js'

type Read = CheckedQuery | TraceqlError

/** A rule's query is read when it is checked, built and linted: once is enough for the rules of a file. */
const MOST_REMEMBERED = 2000
const remembered = new Map<string, Read>()

/** The query, parsed and checked, or what is wrong with it. */
export function readQuery(text: string): Read {
  const known = remembered.get(text)
  if (known !== undefined) return known
  const read = tryRead(text)
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(text, read)
  return read
}

function tryRead(text: string): Read {
  try {
    return check(parse(text))
  } catch (error) {
    if (error instanceof TraceqlError) return error
    throw error
  }
}

/** Where in its text an error of TraceQL stands, in UTF-16 units. */
export function offsetOf(error: TraceqlError, text: string): number {
  const lines = text.split('\n')
  const before = lines.slice(0, error.line - 1).reduce((sum, line) => sum + line.length + 1, 0)
  const inLine = Array.from(lines[error.line - 1] ?? '').slice(0, error.column - 1)
  return before + inLine.join('').length
}
