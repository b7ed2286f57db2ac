import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CutTree } from './cut-tree.js'
import { Displacement } from './displacement.js'
import { NONE } from './nodes.js'
import { Random } from './random.js'

const MOST_POINTS = 12
const FEATURES = 2

/** Few values, so that some points are the same and others share a feature. */
const coordinate = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.float({ min: -10, max: 10, noNaN: true }))
const point = fc
  .tuple(coordinate, coordinate)
  .map((pair) => Float32Array.from(pair).map((value) => value + 0))
/** A point that comes, or the place in the list of one that goes. */
const step = fc.oneof(point, fc.nat(MOST_POINTS - 1))

interface Held {
  readonly point: Float32Array
  readonly leaf: number
}

/** Does the steps, and gives what should be there in the end. */
function follow(tree: CutTree, steps: readonly (Float32Array | number)[]): Held[] {
  const held: Held[] = []
  for (const each of steps) {
    if (typeof each !== 'number') {
      if (held.length < MOST_POINTS) held.push({ point: each, leaf: tree.insert(each) })
      continue
    }
    const [gone] = held.splice(each % Math.max(1, held.length), 1)
    if (gone !== undefined) tree.remove(gone.leaf)
  }
  return held
}

/** The points below a node, as text, having checked all that must hold of the node and of those below it. */
function checkBelow({ nodes, boxes }: Pick<CutTree, 'nodes' | 'boxes'>, node: number): string[] {
  const [left, right] = [nodes.left(node), nodes.right(node)]
  const below = nodes.isLeaf(node)
    ? Array.from({ length: nodes.mass(node) }, () => [...boxes.pointOf(node)].join(' '))
    : [left, right].flatMap((child) => {
        expect(nodes.parent(child)).toBe(node)
        return checkBelow({ nodes, boxes }, child)
      })
  expect(nodes.mass(node)).toBe(below.length)
  const points = below.map((text) => text.split(' ').map(Number))
  for (let feature = 0; feature < FEATURES; feature += 1) {
    const values = points.map((each) => each[feature] ?? 0)
    expect(boxes.lowOf(node * FEATURES + feature)).toBe(Math.min(...values))
    expect(boxes.highOf(node * FEATURES + feature)).toBe(Math.max(...values))
  }
  for (const each of points)
    expect([left, right, node]).toContain(
      nodes.isLeaf(node) ? node : nodes.side(node, Float32Array.from(each)),
    )
  return below
}

describe('CutTree', () => {
  it('holds just the points that came and did not go, in boxes that just bound them', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(), (steps, seed) => {
        const tree = new CutTree(MOST_POINTS, FEATURES, new Random(seed))
        const held = follow(tree, steps)
        const { root } = tree.nodes
        const below = root === NONE ? [] : checkBelow(tree, root)
        expect(below.toSorted()).toEqual(held.map((each) => [...each.point].join(' ')).toSorted())
        for (const each of held) expect(tree.boxes.isPoint(each.leaf, each.point)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('leads every point to its leaf', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(), (steps, seed) => {
        const tree = new CutTree(MOST_POINTS, FEATURES, new Random(seed))
        for (const each of follow(tree, steps)) {
          let node = tree.nodes.root
          while (!tree.nodes.isLeaf(node)) node = tree.nodes.side(node, each.point)
          expect(node).toBe(each.leaf)
        }
      }),
    )
  })

  it('takes no more points than it has room for', () => {
    const tree = new CutTree(1, FEATURES, new Random(1))
    tree.insert(Float32Array.of(1, 2))
    expect(() => [tree.insert(Float32Array.of(3, 4)), tree.insert(Float32Array.of(5, 6))]).toThrow(RangeError)
  })

  it('cuts where its boxes are long, as often as they are long', () => {
    const [random, first, second] = [new Random(1), Float32Array.of(0, 0), Float32Array.of(3, 1)]
    let byFirst = 0
    for (let time = 0; time < 4000; time += 1) {
      const tree = new CutTree(2, FEATURES, random)
      tree.insert(first)
      tree.insert(second)
      // What is like the second point in the first feature alone goes with it where that feature is cut.
      if (tree.nodes.side(tree.nodes.root, Float32Array.of(3, 0)) !== tree.nodes.side(tree.nodes.root, first))
        byFirst += 1
    }
    expect(byFirst / 4000).toBeCloseTo(0.75, 1)
  })
})

describe('Displacement', () => {
  /** By the definition: what the most that a group with the leaf pushes aside, for each of that group. */
  function collusiveDisplacement({ nodes }: CutTree, leaf: number): number {
    let most = 0
    for (let node = leaf; node !== nodes.root; node = nodes.parent(node)) {
      most = Math.max(most, nodes.mass(nodes.sibling(node)) / nodes.mass(node))
    }
    return most
  }

  it.each([1, 2, 3, 4, 5])('is what inserting the point comes to on average (%d)', (seed) => {
    const random = new Random(seed)
    const far = (): Float32Array => Float32Array.from({ length: FEATURES }, () => 10_000 * random.next() ** 2)
    const tree = new CutTree(31, FEATURES, random)
    for (let count = 0; count < 30; count += 1) tree.insert(far())
    const [asked, displacement] = [far(), new Displacement(FEATURES)]
    displacement.add(tree, asked)
    let sum = 0
    for (let time = 0; time < 20_000; time += 1) {
      const leaf = tree.insert(asked)
      sum += collusiveDisplacement(tree, leaf) / 30
      tree.remove(leaf)
    }
    expect(Math.abs(displacement.score - sum / 20_000)).toBeLessThan(0.01)
  })
})
