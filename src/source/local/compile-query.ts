import { SourceError } from '../../model/source-error.js'
import { check, compile, parse, type MetricsProgram, type SearchProgram } from '../../traceql/index.js'

export type QueryProgram<K extends 'search' | 'metrics'> = Extract<
  SearchProgram | MetricsProgram,
  { kind: K }
>

/** Compiles a query of this kind. Throws a `TraceqlError`, or a `SourceError` for a query of the other kind. */
export function compileQuery<K extends 'search' | 'metrics'>(text: string, kind: K): QueryProgram<K> {
  const program: SearchProgram | MetricsProgram = compile(check(parse(text)))
  if (isOf(program, kind)) return program
  const message = `found a query for ${program.kind}, expected one for ${kind}: ${text}`
  throw new SourceError(message, { reason: 'rejected' })
}

function isOf<K extends 'search' | 'metrics'>(
  program: SearchProgram | MetricsProgram,
  kind: K,
): program is QueryProgram<K> {
  return program.kind === kind
}
