import { QueryError } from '../../query/query-error.js'
import { TraceqlError } from '../../traceql/index.js'
import { EXIT } from '../exit-codes.js'
import { InputError } from './input-error.js'
import { printable } from './printable.js'

/** What the command says and ends with where there is no answer. */
export interface Failure {
  readonly text: string
  readonly exitCode: number
}

/** Undefined for an error that nobody expected. */
export function toFailure(error: unknown): Failure | undefined {
  if (error instanceof InputError) return { text: printableLines(error.message), exitCode: EXIT.badInput }
  if (error instanceof QueryError) {
    const exitCode = error.fault === 'input' ? EXIT.badInput : EXIT.noVerdict
    return { text: printableLines(error.message), exitCode }
  }
  if (error instanceof TraceqlError) {
    const exitCode = error.stage === 'evaluation' ? EXIT.noVerdict : EXIT.badInput
    return { text: printableLines(`TraceQL: ${error.message}\n${error.caret}`), exitCode }
  }
  return undefined
}

/** Line ends and tabs stay, as the caret stands beneath them. */
function printableLines(text: string): string {
  return text
    .split(/([\n\t])/)
    .map((part) => (part === '\n' || part === '\t' ? part : printable(part)))
    .join('')
}
