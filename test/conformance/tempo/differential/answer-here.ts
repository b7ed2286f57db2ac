import type { MetricsProgram, SearchProgram } from '../../../../src/traceql/index.js'
import { check, compile, parse, print, TraceqlError } from '../../../../src/traceql/index.js'

/** What becomes of a query here. It is printed and parsed once more on the way, which must not change it. */
export function answerHere<T>(
  query: string,
  answer: (program: SearchProgram | MetricsProgram) => T,
): T | { readonly refused: string } {
  try {
    return answer(compile(check(parse(print(parse(query))))))
  } catch (error) {
    if (error instanceof TraceqlError) return { refused: error.message }
    throw error
  }
}
