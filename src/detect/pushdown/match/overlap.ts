import type { FoundTrace } from '../../../model/question.js'
import { toUnixNano, type Interval } from '../../../model/time.js'
import { findExtent, type Trace } from '../../../model/trace.js'

/** From the first start of a span to the last end of one, in Unix nanoseconds. */
export interface Extent {
  readonly start: bigint
  readonly end: bigint
}

/** Whether it overlaps the window: start excluded, end included. */
export function overlaps({ start, end }: Extent, window: Interval): boolean {
  return start <= toUnixNano(window.end) && end > toUnixNano(window.start)
}

export function extentOf(trace: Trace): Extent {
  return findExtent(trace)
}

/** The extent of a trace as an answer tells it: in whole milliseconds, and exactly where the spans that are known tell more. */
export function extentOfFound({ match, trace }: FoundTrace): Extent {
  const known = findExtent(trace)
  if (match.start === undefined) return known
  const start = toUnixNano(match.start)
  const end = toUnixNano(match.start + match.durationMs)
  return { start: start < known.start ? start : known.start, end: end > known.end ? end : known.end }
}
