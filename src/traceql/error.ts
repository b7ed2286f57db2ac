/**
 * How far a query came before it failed. `syntax`: it does not parse. `semantic`: it parses and makes no sense.
 * `unsupported`: it makes sense and is not done, by Tempo or here. `evaluation`: it failed on the data it met.
 */
export type TraceqlErrorStage = 'syntax' | 'semantic' | 'unsupported' | 'evaluation'

/** What went wrong, and where in the query's text. `found` and `expected` are words for the reader. */
interface TraceqlFault {
  readonly stage: TraceqlErrorStage
  /** The query. */
  readonly text: string
  /** Offset into the query in UTF-16 units. */
  readonly at: number
  readonly problem: string
  readonly found?: string | undefined
  readonly expected?: string | undefined
}

const LONGEST_CARET_LINE = 120

/** The one error of this folder. Its message names line and column, what was found and what was expected. */
export class TraceqlError extends Error {
  override readonly name = 'TraceqlError'
  readonly stage: TraceqlErrorStage
  /** What is wrong, without the place. */
  readonly problem: string
  /** From 1. */
  readonly line: number
  /** From 1, in Unicode characters. */
  readonly column: number
  readonly found: string | undefined
  readonly expected: string | undefined
  /** The line of the query that is wrong, with a `^` under the place. */
  readonly caret: string

  constructor(fault: TraceqlFault) {
    const place = locate(fault.text, fault.at)
    super(`line ${place.line}, col ${place.column}: ${fault.problem}`)
    this.stage = fault.stage
    this.problem = fault.problem
    this.line = place.line
    this.column = place.column
    this.found = fault.found
    this.expected = fault.expected
    this.caret = place.caret
  }
}

interface Place {
  readonly line: number
  readonly column: number
  readonly caret: string
}

function locate(text: string, at: number): Place {
  const before = text.slice(0, at)
  const lineStart = before.lastIndexOf('\n') + 1
  const lineEnd = text.indexOf('\n', at)
  const lineBefore = Array.from(before.slice(lineStart))
  const lineAfter = Array.from(text.slice(at, lineEnd === -1 ? undefined : lineEnd))
  const shownBefore = lineBefore.slice(-LONGEST_CARET_LINE / 2)
  const shownAfter = lineAfter.slice(0, LONGEST_CARET_LINE / 2)
  const indent = shownBefore.map((char) => (char === '\t' ? '\t' : ' ')).join('')
  return {
    line: before.split('\n').length,
    column: lineBefore.length + 1,
    caret: `${shownBefore.join('')}${shownAfter.join('')}\n${indent}^`,
  }
}
