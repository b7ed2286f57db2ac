import type { Boxes } from './boxes.js'
import type { CutTree } from './cut-tree.js'
import { NONE } from './nodes.js'

/** What lies outside of a box by no more than this does not count as outside of it, in units of the features. */
const SLACK = 0.5

/**
 * How much of a tree a point would push aside, from 0 to 1: the collusive displacement of Guha and others (2016, definition 5) that
 * is to be expected were the point inserted, over the number of points. Whatever would be cut off as a group of its own with
 * the point pushes aside the points beside that group, each of the group its part of them.
 *
 * The point is not inserted and nothing is drawn: the chance that a cut parts it from all of a node is what lies outside of
 * the node's box, over the length of all sides of the box with it. Unlike theirs, boxes are wider by half a unit on either
 * side, and a group pushes less aside where it is hardly farther away than that, so that units matter: what differs by less
 * than half of one is never apart.
 */
export class Displacement {
  /** Of what was pushed aside, how much each feature brought about. */
  readonly contributions: Float64Array
  private readonly outsides: Float64Array
  /** The points beside the group that pushes most, for each of the group, and by what they are apart from the point. */
  private aside = 0
  private readonly asideBy: Float64Array

  constructor(features: number) {
    this.contributions = new Float64Array(features)
    this.outsides = new Float64Array(features)
    this.asideBy = new Float64Array(features)
  }

  get score(): number {
    return this.contributions.reduce((sum, each) => sum + each, 0)
  }

  /** Adds what the point would push aside in this tree. */
  add(tree: CutTree, point: Float32Array): void {
    const { nodes, boxes } = tree
    if (nodes.root === NONE) return
    this.aside = 0
    let reached = 1 / nodes.mass(nodes.root)
    for (let node = nodes.root; ; node = nodes.side(node, point)) {
      const isLeaf = nodes.isLeaf(node)
      const parted = reached * this.chanceToPart(boxes, node, point, isLeaf)
      this.give(parted, nodes.mass(node))
      reached -= parted
      if (isLeaf) return this.give(reached, 0)
      this.passBy(tree, nodes.otherSide(node, point), nodes.mass(nodes.side(node, point)), point)
    }
  }

  /** The chance that a cut parts the point from all of a node; by which features is left in `outsides`. */
  private chanceToPart(boxes: Boxes, node: number, point: Float32Array, isLeaf: boolean): number {
    const outside = this.measureOutside(boxes, node, point)
    if (isLeaf || outside === 0) return outside > 0 ? 1 : 0
    return outside / (outside + boxes.length(node) + 2 * SLACK * point.length)
  }

  /** Past a node that is beside the way to the point: of the group that goes on are `mass` and the point. */
  private passBy({ nodes, boxes }: CutTree, beside: number, mass: number, point: Float32Array): void {
    const most = nodes.mass(beside) / (mass + 1)
    if (most <= this.aside) return
    const outside = this.measureOutside(boxes, beside, point)
    const aside = (most * outside) / (outside + 2 * SLACK * point.length)
    if (aside <= this.aside) return
    this.aside = aside
    this.asideBy.set(this.outsides)
  }

  /** By how much the point is outside of a box, in all features together and, in `outsides`, in each. */
  private measureOutside(boxes: Boxes, node: number, point: Float32Array): number {
    let sum = 0
    for (let feature = 0; feature < point.length; feature += 1) {
      const outside = Math.max(0, boxes.outside(node * point.length + feature, point[feature] ?? 0) - SLACK)
      this.outsides[feature] = outside
      sum += outside
    }
    return sum
  }

  /** With this chance the point is parted from so many points, by `outsides`, or pushes aside what was beside its way. */
  private give(chance: number, parted: number): void {
    const pushed = chance * Math.max(parted, this.aside)
    if (pushed === 0) return
    const by = parted >= this.aside ? this.outsides : this.asideBy
    let sum = 0
    for (let feature = 0; feature < by.length; feature += 1) sum += by[feature] ?? 0
    for (let feature = 0; feature < by.length; feature += 1) {
      this.contributions[feature] = (this.contributions[feature] ?? 0) + (pushed * (by[feature] ?? 0)) / sum
    }
  }
}
