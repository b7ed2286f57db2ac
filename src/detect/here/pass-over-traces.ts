import { setImmediate } from 'node:timers/promises'
import type { ArrivalMark, LocalTraces } from '../../model/local-traces.js'
import type { Interval } from '../../model/time.js'
import type { TraceqlError } from '../../traceql/index.js'
import type { SelectionTable } from './selection-table.js'
import { TraceTimes } from './trace-times.js'

/** After so many spans others have their turn: spans are to be received meanwhile. */
const SPANS_A_TURN = 20_000

/** Gives the traces that overlap `window` as they were at `mark`, to the takers of all tasks, in one pass. Rejects when aborted. */
export async function passOverTraces(
  traces: Pick<LocalTraces, 'within'>,
  window: Interval,
  mark: ArrivalMark,
  { judge, takers }: SelectionTable,
  failures: Map<number, TraceqlError>,
  signal: AbortSignal,
): Promise<void> {
  let spanCount = 0
  for (const trace of traces.within(window, mark, judge.mayInterest)) {
    const times = new TraceTimes(trace)
    judge.judge(trace, {
      failures,
      onChosen: (selection, context, spans) => {
        for (const { taker } of takers[selection] ?? []) taker.take(context, spans, times)
      },
    })
    spanCount += trace.spans.length
    if (spanCount < SPANS_A_TURN) continue
    spanCount = 0
    await setImmediate()
    signal.throwIfAborted()
  }
}
