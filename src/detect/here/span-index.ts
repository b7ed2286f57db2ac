import { STATUS_CODES, type Resource, type Span } from '../../model/span.js'
import { PARENTLESS, type SpanLayout } from '../../model/trace-glance.js'
import {
  isToldByShape,
  TraceqlError,
  type DurationTest,
  type Selection,
  type SpanHint,
  type SpanTest,
} from '../../traceql/index.js'

/** What is wanted of the spans that a selection chooses. */
export interface SelectionUse {
  readonly selection: Selection
  /** Whether somebody takes the spans of each trace. */
  readonly isTakenEach: boolean
  /** Whether somebody takes those that are alike together, which can be had of a selection that is made span by span. */
  readonly isTakenAlike: boolean
}

/** A selection that a span may be of interest to. */
export interface Candidate {
  /** Its place in the list of selections. */
  readonly selection: number
  /** What is still to be asked of the span itself; undefined where nothing is. Throws a `TraceqlError` where it cannot tell. */
  readonly durationTest: DurationTest | undefined
  readonly test: SpanTest | undefined
  /** Whether somebody takes the spans of each trace. */
  readonly isTakenEach: boolean
  /**
   * This selection alone, where spans of this shape that pass are taken together; the same list for all of them. Where it
   * `needsTree`, only spans of traces that have one.
   */
  readonly alike: readonly number[] | undefined
  readonly needsTree: boolean
}

/** What spans of one resource, layout, kind and status, with or without a parent, have in common. */
export interface SpanShape {
  /** The selections of which a span of this shape must be asked about itself, or is taken with its trace. */
  readonly candidates: readonly Candidate[]
  /** The selections that choose every span of this shape, and of which those that are alike are taken together. */
  readonly alike: readonly number[]
  /** Those of them that choose it of a trace without a tree, too. */
  readonly alikeWithoutTree: readonly number[]
}

interface Entry {
  readonly selection: number
  readonly use: SelectionUse
  readonly hint: SpanHint
  /** Why it cannot be told whether spans pass. */
  readonly failure?: TraceqlError | undefined
}

/** The shapes of the spans of one resource. */
interface ResourceNode {
  readonly entries: readonly Entry[]
  /** By the layout of the span, or else by its name, and then by its traits. */
  readonly byLayout: Map<SpanLayout | string, (SpanShape | undefined)[]>
}

/** Names may hold ids: beyond so many layouts of one resource all are forgotten. */
const MOST_LAYOUTS = 2000
const MOST_RESOURCES = 20_000

/**
 * Tells which of many selections a span may be of interest to. What depends on the resource alone is worked out once a
 * resource, and what depends on name, keys, kind, status and being a root too once for each of these: so most selections are never
 * asked about most spans. It is a class, as this is the hot path.
 */
export class SpanIndex {
  private readonly entries: readonly Entry[]
  private readonly nodes = new Map<Resource, ResourceNode>()

  constructor(uses: readonly SelectionUse[]) {
    this.entries = uses.flatMap((use, selection) =>
      (use.selection.hints ?? []).map((hint) => ({ selection, use, hint })),
    )
  }

  /** @param traits of the span, as `toTraits` numbers them. @param layout of the span, where it is known. */
  shapeOf(span: Span, traits: number, layout: SpanLayout | undefined): SpanShape {
    const { byLayout, entries } = this.nodeOf(span)
    const key = layout ?? span.name
    let shapes = byLayout.get(key)
    if (shapes === undefined) {
      if (byLayout.size >= MOST_LAYOUTS) byLayout.clear()
      shapes = []
      byLayout.set(key, shapes)
    }
    return (shapes[toPlace(traits)] ??= createShape(entries, span, layout))
  }

  private nodeOf(span: Span): ResourceNode {
    const known = this.nodes.get(span.resource)
    if (known !== undefined) return known
    if (this.nodes.size >= MOST_RESOURCES) this.nodes.clear()
    const entries = keepPassing(this.entries, span, ({ hint }) => hint.ofResource)
    const node = { entries, byLayout: new Map() }
    this.nodes.set(span.resource, node)
    return node
  }
}

/** Where a list has the shape of spans with these traits: as near to its beginning as may be, as there are many lists. */
function toPlace(traits: number): number {
  const [kind, status] = [traits & 0xf, (traits >> 4) & 0xf]
  return 2 * (STATUS_CODES.length * kind + status) + Number((traits & PARENTLESS) !== 0)
}

function createShape(entries: readonly Entry[], span: Span, layout: SpanLayout | undefined): SpanShape {
  const passing = keepPassing(entries, span, ({ hint }) => hint.ofShape).filter((entry) =>
    hasNeededKeys(entry, layout),
  )
  const together = passing.filter(
    ({ use, failure }) => failure === undefined && use.isTakenAlike && isToldByShape(use.selection),
  )
  const alike = together.map(({ selection }) => selection)
  const withoutTree = together.filter(({ use }) => !use.selection.needsTree)
  return {
    candidates: passing
      .filter((entry) => entry.use.isTakenEach || entry.failure !== undefined || isAlikeOncePassed(entry))
      .map(toCandidate),
    alike,
    alikeWithoutTree:
      withoutTree.length === together.length ? alike : withoutTree.map(({ selection }) => selection),
  }
}

/** Those that pass, and those of which that cannot be told. */
function keepPassing(
  entries: readonly Entry[],
  span: Span,
  testOf: (entry: Entry) => SpanTest | undefined,
): readonly Entry[] {
  return entries.flatMap((entry) => {
    try {
      return (testOf(entry)?.(span) ?? true) ? [entry] : []
    } catch (error) {
      if (!(error instanceof TraceqlError)) throw error
      return [{ ...entry, failure: error }]
    }
  })
}

function hasNeededKeys({ hint, failure }: Entry, layout: SpanLayout | undefined): boolean {
  return failure !== undefined || layout === undefined || hint.neededKeys.every((key) => layout.has(key))
}

/** Whether spans are taken together of which not the shape alone tells that they are chosen. */
function isAlikeOncePassed({ use: { selection, isTakenAlike } }: Entry): boolean {
  return isTakenAlike && selection.isSpanwise && !isToldByShape(selection)
}

function toCandidate(entry: Entry): Candidate {
  const { selection, hint, failure, use } = entry
  const about = { selection, isTakenEach: use.isTakenEach, needsTree: use.selection.needsTree }
  if (failure === undefined) {
    const alike = isAlikeOncePassed(entry) ? [selection] : undefined
    return { ...about, alike, durationTest: hint.ofDuration, test: hint.ofSpan }
  }
  const test = (): never => {
    throw failure
  }
  return { ...about, alike: undefined, durationTest: undefined, test }
}
