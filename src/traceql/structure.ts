import type { Span } from '../model/span.js'
import { hasUsableIds, type Trace } from '../model/trace.js'

/**
 * A span's place in the tree of its trace, as a nested set: a span is below another if its numbers lie between the
 * other's. Only spans that a root leads to have one.
 */
export interface TreeNode {
  readonly span: Span
  /** Undefined for a root. */
  readonly parent: TreeNode | undefined
  readonly left: number
  readonly right: number
}

/** The tree of a trace. */
export interface TraceStructure {
  /** The place of this span; undefined where no root leads to it. */
  nodeOf(span: Span): TreeNode | undefined
  /** Spans that name this one as their parent. */
  childCount(span: Span): number
}

/**
 * The tree of a trace. Roots are the spans without a parent id, one after another in the numbers. In a trace without a
 * root no span has a place, but children are counted (Tempo then says what it had counted in another trace).
 */
export function createStructure(trace: Trace): TraceStructure {
  if (!hasUsableIds(trace)) return { nodeOf: () => undefined, childCount: () => 0 }
  const roots = trace.spans.filter((span) => span.parentSpanId === undefined)
  const children = linkChildren(trace.spans, groupById(trace.spans))
  const nodes = numberSpans(roots, children)
  return { nodeOf: (span) => nodes.get(span), childCount: (span) => children.get(span)?.length ?? 0 }
}

function groupById(spans: readonly Span[]): ReadonlyMap<string, readonly Span[]> {
  const byId = new Map<string, Span[]>()
  for (const span of spans) {
    const same = byId.get(span.spanId)
    if (same === undefined) byId.set(span.spanId, [span])
    else same.push(span)
  }
  return byId
}

function linkChildren(
  spans: readonly Span[],
  byId: ReadonlyMap<string, readonly Span[]>,
): ReadonlyMap<Span, readonly Span[]> {
  const children = new Map<Span, Span[]>()
  for (const span of spans) {
    const parent =
      span.parentSpanId === undefined ? undefined : chooseParent(span, byId.get(span.parentSpanId))
    if (parent === undefined) continue
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [span])
    else siblings.push(span)
  }
  return children
}

/**
 * Of two spans with one id, the server half has the children, but for another server, which the client half calls. Where
 * there is no such half the child has no parent, as in Tempo.
 */
function chooseParent(span: Span, candidates: readonly Span[] = []): Span | undefined {
  if (candidates.length < 2) return candidates[0]
  const preferred = span.kind === 'server' ? 'client' : 'server'
  return candidates.find((candidate) => candidate.kind === preferred)
}

interface OpenNode {
  readonly node: { -readonly [K in keyof TreeNode]: TreeNode[K] }
  readonly children: readonly Span[]
  next: number
}

/** Numbers the spans depth first. Without recursion, as a trace may be as deep as it is long. */
function numberSpans(
  roots: readonly Span[],
  children: ReadonlyMap<Span, readonly Span[]>,
): ReadonlyMap<Span, TreeNode> {
  const nodes = new Map<Span, TreeNode>()
  let counter = 0
  const open = (span: Span, parent: TreeNode | undefined): OpenNode => {
    counter += 1
    const node = { span, parent, left: counter, right: 0 }
    nodes.set(span, node)
    return { node, children: children.get(span) ?? [], next: 0 }
  }
  for (const root of roots) {
    const path = [open(root, undefined)]
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const child = top.children[top.next]
      top.next += 1
      if (child !== undefined) {
        path.push(open(child, top.node))
        continue
      }
      counter += 1
      top.node.right = counter
      path.pop()
    }
  }
  return nodes
}
