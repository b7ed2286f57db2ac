import type { Resource } from '../../model/span.js'
import type { ScreenAmong, ScreenRest, SpanScreen } from '../../model/span-screen.js'
import type { SpanLayout } from '../../model/trace-glance.js'
import { HeldSpan } from './held-span.js'
import { indexOf, NO_ROW, placeOf, ROW_WORDS, WORD } from './row.js'
import { durationNanoOf, traitsOf } from './row-traits.js'
import type { Segment } from './segment.js'
import type { Segments } from './span-ids.js'
import { TRACE, type TraceRef, type TraceRows } from './trace-rows.js'

/** What is known of the spans of one layout and resource, by their traits. */
interface Kin {
  readonly layout: SpanLayout
  readonly resource: Resource
  readonly verdicts: (boolean | ScreenRest | undefined)[]
}

/** Beyond so many layouts, of whichever resources, what is known of all is forgotten. */
const MOST_KNOWN = 10_000

/**
 * Looks at the spans of one trace after another, with one object for all of them, and asks what spans have in common only
 * once. It is a class, as this is the hot path.
 */
export class TraceScreen {
  private span: HeldSpan | undefined
  private readonly known = new Map<SpanLayout, Map<Resource, Kin>>()
  private knownCount = 0
  /** Those met last, by the places of segments and the numbers of shapes there. */
  private readonly latest: (Kin | undefined)[][] = []

  constructor(
    private readonly traces: TraceRows,
    private readonly segments: Segments,
    private readonly screen: SpanScreen,
  ) {}

  /** Whether a span of the trace passes. */
  passes(trace: TraceRef): boolean {
    for (let ref = this.traces.get(trace, TRACE.first); ref !== NO_ROW;) {
      const segment = this.segments[placeOf(ref)]
      if (segment === undefined) return false
      const index = indexOf(ref)
      if (this.passesSpan(segment, index)) return true
      ref = segment.rows[index * ROW_WORDS + WORD.next] ?? NO_ROW
    }
    return false
  }

  private passesSpan(segment: Segment, index: number): boolean {
    const { rows } = segment
    const base = index * ROW_WORDS
    const { among } = this.screen
    const kin = among && this.kinOf(segment, base)
    if (among === undefined || kin === undefined) return this.screen(this.lookAt(segment, index))
    const { verdicts, layout } = kin
    const verdict = (verdicts[traitsOf(rows, base)] ??= this.ask(among, segment, index, layout))
    return typeof verdict === 'boolean'
      ? verdict
      : verdict(this.lookAt(segment, index), durationNanoOf(rows, base))
  }

  /** Undefined for a span that is like no other. */
  private kinOf({ place, rows, shapes, groups }: Segment, base: number): Kin | undefined {
    const shape = (rows[base + WORD.kindStatusFlagsShape] ?? 0) >>> 16
    const layout = shapes[shape]
    const resource = groups[rows[base + WORD.group] ?? 0]?.resource.value
    if (layout === undefined || resource === undefined) return undefined
    const latest = (this.latest[place] ??= [])
    const known = latest[shape]
    if (known?.layout === layout && known.resource === resource) return known
    return (latest[shape] = this.known.get(layout)?.get(resource) ?? this.begin(layout, resource))
  }

  private ask(among: ScreenAmong, segment: Segment, index: number, layout: SpanLayout): boolean | ScreenRest {
    return among(this.lookAt(segment, index), layout)
  }

  private lookAt(segment: Segment, index: number): HeldSpan {
    if (this.span === undefined) this.span = new HeldSpan({ traceId: '' }, segment, index)
    else this.span.moveTo(segment, index)
    return this.span
  }

  private begin(layout: SpanLayout, resource: Resource): Kin {
    if (this.knownCount >= MOST_KNOWN) {
      this.known.clear()
      this.knownCount = 0
    }
    const byResource = this.known.get(layout) ?? new Map<Resource, Kin>()
    const kin: Kin = { layout, resource, verdicts: [] }
    this.known.set(layout, byResource.set(resource, kin))
    this.knownCount += 1
    return kin
  }
}
