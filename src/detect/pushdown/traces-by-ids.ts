import { SourceError } from '../../model/source-error.js'
import { trimZeros, type TraceId } from '../../model/trace-id.js'
import type { TraceMatch } from '../../model/trace-match.js'
import { printFieldExpression } from '../../traceql/index.js'
import { anyOfMany, operation, text } from './rewrite/conditions.js'
import { unlessRefused, type SourceRun } from './source-run.js'

/** More are not looked up: they are only shown. */
const MOST_SHOWN = 200

/** What is to be shown of these traces. It is no failure of a rule where that cannot be found out. */
export async function tracesByIds(
  ids: readonly TraceId[],
  run: SourceRun,
): Promise<ReadonlyMap<TraceId, TraceMatch>> {
  if (ids.length === 0) return new Map()
  const field = { kind: 'Intrinsic', name: 'trace:id', at: 0 } as const
  const conditions = ids.slice(0, MOST_SHOWN).map((id) => operation(field, '=', text(trimZeros(id))))
  const answer = await unlessRefused(run.findTraces(`{ ${printFieldExpression(anyOfMany(conditions))} }`))
  if (answer instanceof SourceError) return new Map()
  return new Map(answer.items.map((match) => [match.traceId, match]))
}
