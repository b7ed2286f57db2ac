import type { Interval, Timestamp } from '../../../model/time.js'
import type { TraceId } from '../../../model/trace-id.js'
import { joinIntervals } from '../../here/rule-memory.js'
import type { LateSigns } from '../late/late-signs.js'
import type { InstanceKey } from './count-instances.js'
import { overlaps, type Extent } from './overlap.js'

/** What must be known of the earlier evaluations of a match rule, so that a trace that comes late is counted once. */
export interface MatchMemory {
  /** The stretches of time that its windows have held, or should have, in order, as far back as late traces are counted. */
  readonly seen: readonly Interval[]
  /** The traces that were counted. */
  readonly counted: ReadonlyMap<TraceId, Counted>
  /** What was known just before its last evaluation that saw all it was to see; undefined where nothing is certain. */
  readonly signs: LateSigns | undefined
}

export interface Counted {
  /** The end of the window that the trace was counted in last. */
  readonly windowEnd: Timestamp
  /** The instances in which it was counted; `all` where that is not known. */
  readonly keys: readonly InstanceKey[] | 'all'
}

/**
 * What is known of a rule whose earlier evaluations were those of another process: that it looked at everything before this
 * window, and which traces it counted. The others are taken for late.
 */
export function recall(counted: ReadonlySet<TraceId>, window: Interval, lookBackMs: number): MatchMemory {
  return {
    seen: [{ start: window.start - lookBackMs, end: window.start }],
    counted: new Map([...counted].map((traceId) => [traceId, { windowEnd: window.end, keys: 'all' }])),
    signs: undefined,
  }
}

/** More of one rule are not kept apart from those that come late. */
const MOST_COUNTED = 200_000

/** Whether a trace belongs to this window, or to an earlier one, for which it may have come too late, or to none. */
export function placeOf(
  extent: Extent,
  window: Interval,
  memory: MatchMemory | undefined,
): 'in window' | 'earlier' | 'elsewhere' {
  if (overlaps(extent, window)) return 'in window'
  const isSeen = memory?.seen.some((interval) => overlaps(extent, interval)) ?? false
  return isSeen ? 'earlier' : 'elsewhere'
}

/** What was found in a window. */
export interface Remembered {
  readonly window: Interval
  readonly found: ReadonlyMap<TraceId, readonly InstanceKey[]>
  readonly signs: LateSigns | undefined
}

/** What is to be known after these traces have been counted; nothing of what ended before `since`. */
export function remember(
  memory: MatchMemory | undefined,
  { window, found, signs }: Remembered,
  since: Timestamp,
): MatchMemory {
  const { seen, counted: kept } = rememberMissed(memory, [window], since)
  const counted = new Map(kept)
  for (const [traceId, fresh] of found) {
    const before = kept.get(traceId)?.keys ?? []
    const keys = before === 'all' ? before : [...new Set([...before, ...fresh])]
    counted.set(traceId, { windowEnd: window.end, keys })
  }
  if (counted.size <= MOST_COUNTED) return { seen, counted, signs }
  return { seen, counted: new Map([...counted].slice(-MOST_COUNTED)), signs }
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
  const counted = new Map([...(memory?.counted ?? [])].filter(([, { windowEnd }]) => windowEnd > since))
  const seen = joinIntervals([...(memory?.seen ?? []), ...windows]).flatMap(({ start, end }) =>
    end > since ? [{ start: Math.max(start, since), end }] : [],
  )
  return { seen, counted, signs: memory?.signs }
}
