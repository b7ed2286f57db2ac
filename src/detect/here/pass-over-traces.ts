import { setImmediate } from 'node:timers/promises'
import type { ArrivalMark, LocalTraces } from '../../model/local-traces.js'
import type { Interval } from '../../model/time.js'
import type { TraceGlance } from '../../model/trace-glance.js'
import type { TraceqlError } from '../../traceql/index.js'
import { createAlikeTallies } from './alike-tallies.js'
import type { SelectionTable, TaskTaker } from './selection-table.js'
import { TraceTimes } from './trace-times.js'

/** After so many spans others have their turn: spans are to be received meanwhile. */
const SPANS_A_TURN = 20_000

/** Gives the traces that overlap `window`, as they were at `mark`, to the takers of all tasks, in one pass. Rejects when aborted. */
export async function passOverTraces(
  traces: Pick<LocalTraces, 'glanceWithin'>,
  window: Interval,
  mark: ArrivalMark,
  table: SelectionTable,
  failures: Map<number, TraceqlError>,
  signal: AbortSignal,
): Promise<void> {
  const tallies = createAlikeTallies(table)
  let spanCount = 0
  for (const glance of traces.glanceWithin(window, mark)) {
    spanCount += judgeOne(glance, table, failures, tallies.nextTrace())
    if (spanCount < SPANS_A_TURN) continue
    spanCount = 0
    await setImmediate()
    signal.throwIfAborted()
  }
  tallies.give()
}

/** Answers how many spans it has. */
function judgeOne(
  glance: TraceGlance,
  { judge, takers, windows }: SelectionTable,
  failures: Map<number, TraceqlError>,
  onAlike: Parameters<SelectionTable['judge']['judgeGlance']>[2],
): number {
  let times: TraceTimes | undefined
  // All traces overlap the only window that there is.
  const isIn = ({ window }: TaskTaker): boolean => {
    const interval = windows[window]
    return windows.length === 1 || (interval !== undefined && glance.overlaps(interval))
  }
  return judge.judgeGlance(
    glance,
    {
      failures,
      onChosen: (selection, context, spans) => {
        times ??= new TraceTimes(context.trace)
        for (const each of takers[selection] ?? []) {
          if (each.taker.alike === undefined && isIn(each)) each.taker.take(context, spans, times)
        }
      },
    },
    onAlike,
  )
}
