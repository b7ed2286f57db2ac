import {
  SPAN_KINDS,
  STATUS_CODES,
  type Resource,
  type Span,
  type SpanKind,
  type StatusCode,
} from '../../model/span.js'
import type { Selection, SpanHint, SpanTest } from '../../traceql/index.js'

/** A selection that a span may be of interest to. */
export interface Candidate {
  /** Its place in the list of selections. */
  readonly selection: number
  /** What is still to be asked of the span itself; undefined where nothing is. */
  readonly test: SpanTest | undefined
}

interface Entry {
  readonly selection: number
  readonly hint: SpanHint
}

/** The candidates of the spans of one resource. */
interface ResourceNode {
  readonly entries: readonly Entry[]
  /** By the name of the span, and then by its kind and status. */
  readonly byName: Map<string, (readonly Candidate[] | undefined)[]>
}

/** Names may hold ids: beyond so many of one resource all are forgotten. */
const MOST_NAMES = 2000

/**
 * Tells which of many selections a span may be of interest to. What depends on the resource alone is worked out once a
 * resource, and what depends on name, kind and status too once for each of these: so most selections are never asked
 * about most spans.
 */
export class SpanIndex {
  private readonly entries: readonly Entry[]
  private readonly nodes = new WeakMap<Resource, ResourceNode>()

  constructor(selections: readonly Selection[]) {
    this.entries = selections.flatMap(({ hints = [] }, selection) =>
      hints.map((hint) => ({ selection, hint })),
    )
  }

  candidates(span: Span): readonly Candidate[] {
    const { byName, entries } = this.nodeOf(span)
    const { name } = span
    let shapes = byName.get(name)
    if (shapes === undefined) {
      if (byName.size >= MOST_NAMES) byName.clear()
      shapes = []
      byName.set(name, shapes)
    }
    const shape = (STATUS_PLACES.get(span.status.code) ?? 0) + (KIND_PLACES.get(span.kind) ?? 0)
    return (shapes[shape] ??= findCandidates(entries, span))
  }

  private nodeOf(span: Span): ResourceNode {
    const known = this.nodes.get(span.resource)
    if (known !== undefined) return known
    const entries = this.entries.filter(({ hint }) => hint.ofResource?.(span) ?? true)
    const node = { entries, byName: new Map() }
    this.nodes.set(span.resource, node)
    return node
  }
}

function findCandidates(entries: readonly Entry[], span: Span): readonly Candidate[] {
  return entries
    .filter(({ hint }) => hint.ofShape?.(span) ?? true)
    .map(({ selection, hint }) => ({ selection, test: hint.ofSpan }))
}

/** Each pair of a status and a kind has a place of its own. */
const KIND_PLACES: ReadonlyMap<SpanKind, number> = new Map(SPAN_KINDS.map((kind, index) => [kind, index]))
const STATUS_PLACES: ReadonlyMap<StatusCode, number> = new Map(
  STATUS_CODES.map((code, index) => [code, index * SPAN_KINDS.length]),
)
