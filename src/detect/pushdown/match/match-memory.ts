import type { Interval, Timestamp } from '../../../model/time.js'
import type { TraceId } from '../../../model/trace-id.js'
import { joinIntervals } from '../../here/rule-memory.js'
import { overlaps, type Extent } from './overlap.js'

/** What must be known of the earlier evaluations of a match rule, so that a trace that comes late is counted once. */
export interface MatchMemory {
  /** The stretches of time that its windows have held, or should have, in order, as far back as late traces are counted. */
  readonly seen: readonly Interval[]
  /** The traces that were counted, with the end of the window they were counted in last. */
  readonly counted: ReadonlyMap<TraceId, Timestamp>
}

/** More of one rule are not kept apart from those that come late. */
const MOST_COUNTED = 200_000

/** Whether a trace that matches belongs to this window, or to an earlier one for which it came too late, or to none. */
export function placeOf(
  traceId: TraceId,
  extent: Extent,
  window: Interval,
  memory: MatchMemory | undefined,
): 'in window' | 'late' | 'elsewhere' {
  if (overlaps(extent, window)) return 'in window'
  if (memory === undefined || memory.counted.has(traceId)) return 'elsewhere'
  return memory.seen.some((interval) => overlaps(extent, interval)) ? 'late' : 'elsewhere'
}

/** What is to be known after these traces have been counted; nothing of what ended before `since`. */
export function remember(
  memory: MatchMemory | undefined,
  window: Interval,
  ids: readonly TraceId[],
  since: Timestamp,
): MatchMemory {
  const { seen, counted: kept } = rememberMissed(memory, [window], since)
  const counted = new Map([...kept, ...ids.map((id) => [id, window.end] as const)])
  if (counted.size <= MOST_COUNTED) return { seen, counted }
  return { seen, counted: new Map([...counted].slice(-MOST_COUNTED)) }
}

/**
 * What is to be known where windows could not be looked at: nothing in them has been counted, so that all of it is taken for
 * late once the source answers again.
 */
export function rememberMissed(
  memory: MatchMemory | undefined,
  windows: readonly Interval[],
  since: Timestamp,
): MatchMemory {
  const counted = new Map([...(memory?.counted ?? [])].filter(([, end]) => end > since))
  const seen = joinIntervals([...(memory?.seen ?? []), ...windows]).flatMap(({ start, end }) =>
    end > since ? [{ start: Math.max(start, since), end }] : [],
  )
  return { seen, counted }
}
