import { MINUTE_MS, type Timestamp } from '../../src/model/time.js'
import type { Block } from './live-store.js'
import type { MetricsWindow } from './metrics-window.js'
import { gatherTraces } from './searchable-trace.js'
import type { StoredSpan } from './stored-span.js'
import type { MetricsStage, TraceQl } from './traceql.js'

/** What a metrics query heeds beside its parameters. */
export interface MetricsOptions {
  readonly queryEndCutoffMs: number
  /** 0 is no limit, as by default. */
  readonly maxResponseSeries: number
  /** A span that started too long before or after it came is no longer counted this long after it was cut. */
  readonly blockCompleteMs: number
}

// Only in this time are the recent blocks asked; before it, those in the object store.
const LAST_15_MIN_MS = 15 * MINUTE_MS

/** A metrics query, ready to be counted. */
export interface MetricsRequest {
  readonly query: TraceQl
  readonly stage: MetricsStage
  readonly window: MetricsWindow
  readonly exemplars: number
}

/** The spans of one series. */
export interface CountedSeries {
  readonly label: string
  readonly spans: readonly StoredSpan[]
}

/** What was found, and whether the limit on series cut it short. */
export interface Counted {
  readonly series: readonly CountedSeries[]
  /** How many spans were looked at. */
  readonly inspected: number
  readonly partial: boolean
}

/**
 * Finds the spans that a metrics query counts, by series.
 *
 * A block whose end, in whole seconds, is not after the start of the window counts as no overlap: an instant query
 * loses its spans of the window's first second, a range query those of the steps that it adds before the window. With
 * no block to look at there is no series at all, not even that of zeros.
 */
export function countSpans(
  { query, stage, window }: MetricsRequest,
  blocks: readonly Block[],
  now: Timestamp,
  { maxResponseSeries, blockCompleteMs }: MetricsOptions,
): Counted {
  const isRead = (block: Block): boolean =>
    block.startNano <= window.endNano && block.endNano > window.readFromNano
  const durations = new Map(gatherTraces(blocks).map((trace) => [trace.traceId, trace.durationNanos]))
  const spans = blocks.flatMap((block) => {
    const overlaps = isRead(block)
    return block.parts.flatMap((part) => {
      const isComplete = part.cutAt + blockCompleteMs <= now
      return part.batches
        .flatMap((batch) => batch.spans)
        .filter((span) => (span.isStray ? !isComplete : overlaps))
    })
  })
  const counted = spans.filter(
    (span) =>
      span.startNano > window.readFromNano &&
      span.startNano <= window.endNano &&
      query.filter.matches(span, durations.get(span.traceId) ?? 0n),
  )
  const grouped = groupSpans(counted, stage, maxResponseSeries)
  const isRecent = window.endNano > BigInt(Math.trunc(now - LAST_15_MIN_MS)) * 1_000_000n
  const hasZeros = !stage.by && counted.length === 0 && (isRecent ? blocks.length > 0 : blocks.some(isRead))
  const series = hasZeros ? [{ label: '', spans: [] }] : grouped.series
  return { series, partial: grouped.partial, inspected: spans.length }
}

// Once there are `most` series nothing more is counted in any of them, should there be more of them.
function groupSpans(
  spans: readonly StoredSpan[],
  { by }: MetricsStage,
  most: number,
): Pick<Counted, 'series' | 'partial'> {
  const series = new Map<string, StoredSpan[]>()
  let frozen: readonly CountedSeries[] = []
  for (const span of spans) {
    const label = by?.value(span) ?? ''
    const known = series.get(label)
    if (known) {
      known.push(span)
      continue
    }
    if (most > 0 && series.size === most) return { series: frozen, partial: true }
    series.set(label, [span])
    if (series.size === most) frozen = sorted(series)
  }
  return { series: sorted(series), partial: false }
}

function sorted(series: ReadonlyMap<string, readonly StoredSpan[]>): readonly CountedSeries[] {
  return [...series]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, spans]) => ({ label, spans: [...spans] }))
}
