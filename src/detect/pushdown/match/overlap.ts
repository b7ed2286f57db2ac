import type { FoundTrace } from '../../../model/question.js'
import { toUnixNano, type Interval } from '../../../model/time.js'
import { findExtent, type Trace } from '../../../model/trace.js'

/** Whether a trace overlaps the window: start excluded, end included. */
export function overlaps(trace: Trace, window: Interval): boolean {
  const { start, end } = findExtent(trace)
  return start <= toUnixNano(window.end) && end > toUnixNano(window.start)
}

/**
 * The same for a trace that was found in the window, both ends included. The answer tells whole milliseconds: a trace that
 * ends in the first one of the window is taken to end before it, if none of the spans that are known ends later.
 */
export function foundOverlaps({ match, trace }: FoundTrace, window: Interval): boolean {
  if (match.start === undefined || match.start + match.durationMs > window.start) return true
  return findExtent(trace).end > toUnixNano(window.start)
}
