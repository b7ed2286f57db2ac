import type { Span } from '../model/span.js'
import type { TraceStructure, TreeNode } from './structure.js'
import type { StructuralOperator } from './tree.js'

type Relation = '>' | '>>' | '<' | '<<' | '~'

/** For each relation, that of the left side to the right side seen from the other end. */
const REVERSED: Readonly<Record<Relation, Relation>> = {
  '>': '<',
  '>>': '<<',
  '<': '>',
  '<<': '>>',
  '~': '~',
}

/**
 * The spans of a structural operator. `a > b` gives those of `b` that are a child of one of `a`, `>>` a descendant,
 * `<` the parent, `<<` an ancestor, `~` a sibling. With `!` those that are not; with `&` those of both sides that are
 * so related. A span that no root leads to is related to none.
 */
export function relateSpans(
  operator: StructuralOperator,
  structure: TraceStructure,
  left: readonly Span[],
  right: readonly Span[],
): readonly Span[] {
  const { mode, relation } = parseOperator(operator)
  if (mode === 'not') {
    const related = new Set(selectRelated(relation, structure, left, right))
    return right.filter((span) => !related.has(span))
  }
  const related = selectRelated(relation, structure, left, right)
  if (mode === 'only') return related
  return [...new Set([...selectRelated(REVERSED[relation], structure, right, left), ...related])]
}

interface ParsedOperator {
  readonly mode: 'only' | 'not' | 'both'
  readonly relation: Relation
}

const OPERATORS: Readonly<Record<StructuralOperator, ParsedOperator>> = {
  '>': { mode: 'only', relation: '>' },
  '>>': { mode: 'only', relation: '>>' },
  '<': { mode: 'only', relation: '<' },
  '<<': { mode: 'only', relation: '<<' },
  '~': { mode: 'only', relation: '~' },
  '!>': { mode: 'not', relation: '>' },
  '!>>': { mode: 'not', relation: '>>' },
  '!<': { mode: 'not', relation: '<' },
  '!<<': { mode: 'not', relation: '<<' },
  '!~': { mode: 'not', relation: '~' },
  '&>': { mode: 'both', relation: '>' },
  '&>>': { mode: 'both', relation: '>>' },
  '&<': { mode: 'both', relation: '<' },
  '&<<': { mode: 'both', relation: '<<' },
  '&~': { mode: 'both', relation: '~' },
}

function parseOperator(operator: StructuralOperator): ParsedOperator {
  return OPERATORS[operator]
}

function selectRelated(
  relation: Relation,
  structure: TraceStructure,
  left: readonly Span[],
  right: readonly Span[],
): readonly Span[] {
  if (left.length === 0 || right.length === 0) return []
  const isRelated = RELATIONS[relation](toNodes(structure, left))
  return right.filter((span) => {
    const node = structure.nodeOf(span)
    return node !== undefined && isRelated(node)
  })
}

function toNodes(structure: TraceStructure, spans: readonly Span[]): ReadonlySet<TreeNode> {
  const nodes = new Set<TreeNode>()
  for (const span of spans) {
    const node = structure.nodeOf(span)
    if (node !== undefined) nodes.add(node)
  }
  return nodes
}

type NodeTest = (node: TreeNode) => boolean

const RELATIONS: Readonly<Record<Relation, (left: ReadonlySet<TreeNode>) => NodeTest>> = {
  '>': (left) => (node) => node.parent !== undefined && left.has(node.parent),
  '>>': isBelow,
  '<': (left) => {
    const parents = new Set([...left].map((node) => node.parent))
    return (node) => parents.has(node)
  },
  '<<': isAbove,
  '~': isBeside,
}

/** Each node is asked for once, however deep the tree: the answer is kept for all on the way up. */
function isBelow(left: ReadonlySet<TreeNode>): NodeTest {
  const known = new Map<TreeNode, boolean>()
  return (node) => {
    const path: TreeNode[] = []
    let verdict = false
    for (let at: TreeNode | undefined = node; at !== undefined; at = at.parent) {
      const remembered = known.get(at)
      if (remembered !== undefined) {
        verdict = remembered
        break
      }
      path.push(at)
      if (at.parent !== undefined && left.has(at.parent)) {
        verdict = true
        break
      }
    }
    for (const passed of path) known.set(passed, verdict)
    return verdict
  }
}

function isAbove(left: ReadonlySet<TreeNode>): NodeTest {
  const above = new Set<TreeNode>()
  for (const node of left) {
    for (let at = node.parent; at !== undefined && !above.has(at); at = at.parent) above.add(at)
  }
  return (node) => above.has(node)
}

/** Roots are siblings of each other. A span is not its own sibling. */
function isBeside(left: ReadonlySet<TreeNode>): NodeTest {
  const counts = new Map<TreeNode | undefined, number>()
  for (const { parent } of left) counts.set(parent, (counts.get(parent) ?? 0) + 1)
  return (node) => (counts.get(node.parent) ?? 0) > (left.has(node) ? 1 : 0)
}
