import type { ChangedTrace, LocalTraces } from '../src/model/local-traces.js'
import { toUnixNano, type Interval, type Timestamp } from '../src/model/time.js'
import { findExtent, type Trace } from '../src/model/trace.js'
import { glanceAt } from '../src/model/trace-glance.js'

/** Traces held in a list, which are all there from the beginning. */
export function holdTraces(traces: readonly Trace[]): LocalTraces {
  const within = ({ start, end }: Interval): Trace[] =>
    traces
      .filter((trace) => {
        const extent = findExtent(trace)
        return extent.start <= toUnixNano(end) && extent.end > toUnixNano(start)
      })
      .toSorted((left, right) => (findExtent(left).start < findExtent(right).start ? 1 : -1))
  return {
    mark: () => 0,
    within: (window, _mark, test) =>
      within(window).filter(({ spans }) => test === undefined || spans.some((span) => test(span))),
    glanceWithin: (window) => within(window).map(glanceAt),
    countWithin: (window) => within(window).length,
    changedWithin: (): ChangedTrace[] => [],
    get: (id) => traces.find(({ traceId }) => traceId === id),
    completeSince: (): Timestamp => 0,
  }
}
