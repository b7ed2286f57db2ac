import type { Resource, Span } from '../../model/span.js'
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
  /** Whether somebody takes those that are alike together, for which their shape must tell whether they are chosen. */
  readonly isTakenAlike: boolean
}

/** A selection that a span may be of interest to. */
export interface Candidate {
  /** Its place in the list of selections. */
  readonly selection: number
  /** What is still to be asked of the span itself; undefined where nothing is. Throws a `TraceqlError` where it cannot tell. */
  readonly durationTest: DurationTest | undefined
  readonly test: SpanTest | undefined
}

/** What spans of one resource, name, kind and status, with or without a parent, have in common. */
export interface SpanShape {
  /** Of the selections of which the spans of each trace are taken. */
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
  /** By the name of the span, and then by its kind and status. */
  readonly byName: Map<string, (SpanShape | undefined)[]>
}

/** Names may hold ids: beyond so many of one resource all are forgotten. */
const MOST_NAMES = 2000
const MOST_RESOURCES = 20_000

/**
 * Tells which of many selections a span may be of interest to. What depends on the resource alone is worked out once a
 * resource, and what depends on name, kind, status and being a root too once for each of these: so most selections are never asked
 * about most spans. It is a class, as this is the hot path.
 */
export class SpanIndex {
  private readonly entries: readonly Entry[]
  private readonly nodes = new Map<Resource, ResourceNode>()

  constructor(uses: readonly SelectionUse[]) {
    this.entries = uses.flatMap((use, selection) =>
      (use.selection.hints ?? []).map((hint) => ({ selection, use, hint })),
    )
  }

  /** @param traits of the span, as `toTraits` numbers them. */
  shapeOf(span: Span, traits: number): SpanShape {
    const { byName, entries } = this.nodeOf(span)
    const { name } = span
    let shapes = byName.get(name)
    if (shapes === undefined) {
      if (byName.size >= MOST_NAMES) byName.clear()
      shapes = []
      byName.set(name, shapes)
    }
    return (shapes[traits] ??= createShape(entries, span))
  }

  private nodeOf(span: Span): ResourceNode {
    const known = this.nodes.get(span.resource)
    if (known !== undefined) return known
    if (this.nodes.size >= MOST_RESOURCES) this.nodes.clear()
    const entries = keepPassing(this.entries, span, ({ hint }) => hint.ofResource)
    const node = { entries, byName: new Map() }
    this.nodes.set(span.resource, node)
    return node
  }
}

function createShape(entries: readonly Entry[], span: Span): SpanShape {
  const passing = keepPassing(entries, span, ({ hint }) => hint.ofShape)
  const together = passing.filter(
    ({ use, failure }) => failure === undefined && use.isTakenAlike && isToldByShape(use.selection),
  )
  const alike = together.map(({ selection }) => selection)
  const withoutTree = together.filter(({ use }) => !use.selection.needsTree)
  return {
    candidates: passing
      .filter(({ use, failure }) => use.isTakenEach || failure !== undefined)
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

function toCandidate({ selection, hint, failure }: Entry): Candidate {
  if (failure === undefined) return { selection, durationTest: hint.ofDuration, test: hint.ofSpan }
  const test = (): never => {
    throw failure
  }
  return { selection, durationTest: undefined, test }
}
