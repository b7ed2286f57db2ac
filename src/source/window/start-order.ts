import { isBefore, type HeldTrace } from './held-trace.js'

/** Traces by their start. They are sorted when somebody asks; as they come almost in order, that takes little. */
export interface StartOrder {
  add(trace: HeldTrace): void
  /** Tells that the start of a trace has changed. */
  changed(): void
  /** Tells that a trace is gone. */
  removed(): void
  /** The traces that overlap the time between two Unix nanoseconds, both included, the latest start first. */
  overlapping(from: bigint, until: bigint): Iterable<HeldTrace>
}

const MOST_GONE = 1000

export function createStartOrder(): StartOrder {
  let sorted: HeldTrace[] = []
  let isStale = false
  let gone = 0

  function sort(): readonly HeldTrace[] {
    if (isStale) {
      forget()
      sorted.sort(compareStarts)
      isStale = false
    }
    return sorted
  }
  function forget(): void {
    sorted = sorted.filter(({ isGone }) => !isGone)
    gone = 0
  }

  return {
    // Nobody may ever ask.
    removed: () => {
      gone += 1
      if (gone > MOST_GONE && 2 * gone > sorted.length) forget()
    },
    add: (trace) => {
      sorted.push(trace)
      isStale = true
    },
    changed: () => {
      isStale = true
    },
    overlapping: function* (from, until) {
      const bounds = toBounds(from, until)
      const traces = sort()
      for (let index = traces.length - 1; index >= 0; index -= 1) {
        const trace = traces[index]
        if (trace !== undefined && !trace.isGone && isWithin(trace, bounds)) yield trace
      }
    },
  }
}

/** Whether a trace overlaps the time between two Unix nanoseconds, both included. */
export function overlaps(trace: HeldTrace, from: bigint, until: bigint): boolean {
  return isWithin(trace, toBounds(from, until))
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

function isWithin(trace: HeldTrace, { fromHigh, fromLow, untilHigh, untilLow }: Bounds): boolean {
  if (isBefore(untilHigh, untilLow, trace.startHigh, trace.startLow)) return false
  return !isBefore(trace.endHigh, trace.endLow, fromHigh, fromLow)
}

function compareStarts(a: HeldTrace, b: HeldTrace): number {
  if (isBefore(a.startHigh, a.startLow, b.startHigh, b.startLow)) return -1
  return a.startHigh === b.startHigh && a.startLow === b.startLow ? 0 : 1
}

const MAX_UINT64 = 2n ** 64n - 1n

function halves(nanos: bigint): readonly [high: number, low: number] {
  const bounded = nanos < 0n ? 0n : nanos > MAX_UINT64 ? MAX_UINT64 : nanos
  return [Number(bounded >> 32n) | 0, Number(bounded & 0xffffffffn) | 0]
}
