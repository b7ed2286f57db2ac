import { isBefore, TRACE, type TraceRef, type TraceRows } from './trace-rows.js'

/** Whether a trace is wanted. */
export type TraceTest = (trace: TraceRef) => boolean

/** Traces by their start. They are sorted when somebody asks; as they come almost in order, that takes little. */
export interface StartOrder {
  add(trace: TraceRef): void
  /** Tells that the start of a trace has changed. */
  changed(): void
  /** Tells that a trace is gone. Its row is kept for as long as it stands here. */
  removed(): void
  /**
   * Those of the traces that overlap the time between two Unix nanoseconds, both included, which pass, the latest start
   * first. Asked about are also those that are gone when it is their turn, and others in their rows.
   */
  overlapping(from: bigint, until: bigint, passes: TraceTest): Iterable<TraceRef>
}

const MOST_GONE = 1000
/** Of all that stand here. */
const MOST_GONE_SHARE = 1 / 4

export function createStartOrder(traces: TraceRows): StartOrder {
  let sorted: TraceRef[] = []
  let isStale = false
  let gone = 0

  /** Whoever goes through the traces now has the former list for himself. */
  function sort(): readonly TraceRef[] {
    if (isStale) {
      forget()
      sorted.sort((a, b) => compareStarts(traces, a, b))
      isStale = false
    }
    return sorted
  }

  function forget(): void {
    const kept: TraceRef[] = []
    for (const trace of sorted) {
      if (traces.isGone(trace)) traces.recycle(trace)
      else kept.push(trace)
    }
    sorted = kept
    gone = 0
  }

  return {
    // Nobody may ever ask.
    removed: () => {
      gone += 1
      if (gone > MOST_GONE && gone > sorted.length * MOST_GONE_SHARE) forget()
    },
    add: (trace) => {
      sorted.push(trace)
      isStale = true
    },
    changed: () => {
      isStale = true
    },
    // One step for all that is asked of a trace, as most are not wanted.
    overlapping: function* (from, until, passes) {
      const bounds = toBounds(from, until)
      const all = sort()
      for (let index = all.length - 1; index >= 0; index -= 1) {
        const trace = all[index]
        if (trace !== undefined && isWithin(traces, trace, bounds) && passes(trace)) yield trace
      }
    },
  }
}

/** Whether a trace overlaps the time between two Unix nanoseconds, both included. */
export function overlaps(traces: TraceRows, trace: TraceRef, from: bigint, until: bigint): boolean {
  return isWithin(traces, trace, toBounds(from, until))
}

interface Bounds {
  readonly fromHigh: number
  readonly fromLow: number
  readonly untilHigh: number
  readonly untilLow: number
}

function toBounds(from: bigint, until: bigint): Bounds {
  const [fromHigh, fromLow] = halves(from)
  const [untilHigh, untilLow] = halves(until)
  return { fromHigh, fromLow, untilHigh, untilLow }
}

function isWithin(
  traces: TraceRows,
  trace: TraceRef,
  { fromHigh, fromLow, untilHigh, untilLow }: Bounds,
): boolean {
  const { start, end } = TRACE
  if (isBefore(untilHigh, untilLow, traces.get(trace, start + 1), traces.get(trace, start))) return false
  return !isBefore(traces.get(trace, end + 1), traces.get(trace, end), fromHigh, fromLow)
}

function compareStarts(traces: TraceRows, a: TraceRef, b: TraceRef): number {
  const { start } = TRACE
  const high = (traces.get(a, start + 1) >>> 0) - (traces.get(b, start + 1) >>> 0)
  return high === 0 ? (traces.get(a, start) >>> 0) - (traces.get(b, start) >>> 0) : high
}

const MAX_UINT64 = 2n ** 64n - 1n

function halves(nanos: bigint): readonly [high: number, low: number] {
  const bounded = nanos < 0n ? 0n : nanos > MAX_UINT64 ? MAX_UINT64 : nanos
  return [Number(bounded >> 32n) | 0, Number(bounded & 0xffffffffn) | 0]
}
