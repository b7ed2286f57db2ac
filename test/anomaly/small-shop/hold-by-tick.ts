import type { LocalTraces } from '../../../src/model/local-traces.js'
import type { Interval } from '../../../src/model/time.js'
import { findExtent, type Trace } from '../../../src/model/trace.js'
import { glanceAt } from '../../../src/model/trace-glance.js'

const TICK_NANOS = 10_000_000_000n

/** Traces that are all there from the beginning, found by when they ended, so that hours of them are gone through quickly. */
export function holdByTick(traces: readonly Trace[], completeSince: number): LocalTraces {
  const byTick = new Map<bigint, Trace[]>()
  const byId = new Map(traces.map((trace) => [trace.traceId, trace]))
  for (const trace of traces) {
    const { start, end } = findExtent(trace)
    for (let tick = start / TICK_NANOS; tick <= end / TICK_NANOS; tick += 1n) {
      const known = byTick.get(tick)
      if (known === undefined) byTick.set(tick, [trace])
      else known.push(trace)
    }
  }

  function within({ start, end }: Interval): Trace[] {
    const [from, until] = [BigInt(start) * 1_000_000n, BigInt(end) * 1_000_000n]
    const found = new Set<Trace>()
    for (let tick = from / TICK_NANOS; tick <= until / TICK_NANOS; tick += 1n) {
      for (const trace of byTick.get(tick) ?? []) found.add(trace)
    }
    return [...found].filter((trace) => {
      const extent = findExtent(trace)
      return extent.start <= until && extent.end > from
    })
  }

  return {
    mark: () => 0,
    within: (window, _mark, test) =>
      within(window).filter(({ spans }) => test === undefined || spans.some((span) => test(span))),
    glanceWithin: (window) => within(window).map(glanceAt),
    countWithin: (window) => within(window).length,
    changedWithin: () => [],
    get: (id) => byId.get(id),
    completeSince: () => completeSince,
  }
}
