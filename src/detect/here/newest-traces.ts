import { findExtent, type Trace } from '../../model/trace.js'

/** The newest of some traces, as many as are shown. */
export interface NewestTraces {
  add(trace: Trace): void
  /** The newest first. */
  list(): readonly Trace[]
}

/** Keeps no more than twice as many as are shown: they are looked at only once there are too many. */
export function createNewestTraces(most: number): NewestTraces {
  let kept: readonly Trace[] = []
  const list = (): readonly Trace[] => kept.toSorted(byStart).slice(0, most)
  return {
    add: (trace) => {
      kept = kept.length < 2 * most ? [...kept, trace] : [...list(), trace]
    },
    list,
  }
}

function byStart(left: Trace, right: Trace): number {
  const [first, second] = [findExtent(left).start, findExtent(right).start]
  return first === second ? 0 : first < second ? 1 : -1
}
