import { Boxes } from './boxes.js'
import { type Cut, Nodes, NONE } from './nodes.js'
import type { Random } from './random.js'

/**
 * A robust random cut tree: Guha, Mishra, Roy and Schrijvers, "Robust random cut forest based anomaly detection on streams"
 * (ICML 2016). Each inner node cuts the box of its points in a feature that is drawn with a probability proportional to the
 * box's length in it, at a place drawn uniformly. Points come and go one by one, and the tree is always distributed as if it had
 * been drawn for just the points that it holds (their theorems 2 and 3).
 */
export class CutTree {
  readonly nodes: Nodes
  readonly boxes: Boxes

  constructor(
    mostPoints: number,
    features: number,
    private readonly random: Random,
  ) {
    const mostNodes = 2 * mostPoints
    this.nodes = new Nodes(mostNodes)
    this.boxes = new Boxes(mostNodes, features)
  }

  /** Their algorithm 2. Gives the leaf that holds the point, which is shared by points that are the same. */
  insert(point: Float32Array): number {
    const { nodes } = this
    if (nodes.root === NONE) return (nodes.root = this.createLeaf(point))
    for (let node = nodes.root; ; node = nodes.side(node, point)) {
      if (nodes.isLeaf(node) && this.boxes.isPoint(node, point)) return this.repeat(node, point)
      const cut = this.drawCut(node, point)
      const side = this.sideBeyond(node, point, cut)
      if (side !== undefined) return this.split(node, point, cut, side === 'left')
    }
  }

  /** Their algorithm 1. Takes away one point of this leaf. */
  remove(leaf: number): void {
    const { nodes } = this
    if (nodes.mass(leaf) > 1) return this.addMass(leaf, -1)
    const sibling = nodes.parent(leaf) === NONE ? NONE : nodes.sibling(leaf)
    nodes.removeLeaf(leaf)
    if (sibling === NONE) return
    for (let node = nodes.parent(sibling); node !== NONE; node = nodes.parent(node)) {
      nodes.addMass(node, -1)
      this.boxes.join(node, nodes.left(node), nodes.right(node))
    }
  }

  private createLeaf(point: Float32Array): number {
    const leaf = this.nodes.addLeaf()
    this.boxes.setPoint(leaf, point)
    return leaf
  }

  private repeat(leaf: number, point: Float32Array): number {
    this.addMass(leaf, 1)
    this.extendAbove(leaf, point)
    return leaf
  }

  private split(node: number, point: Float32Array, cut: Cut, isLeft: boolean): number {
    const leaf = this.createLeaf(point)
    const inner = this.nodes.addInner(node, leaf, cut, isLeft)
    this.boxes.join(inner, node, leaf)
    this.addMass(inner, 1)
    this.extendAbove(inner, point)
    return leaf
  }

  /** To a node and all above it. */
  private addMass(from: number, mass: number): void {
    for (let node = from; node !== NONE; node = this.nodes.parent(node)) this.nodes.addMass(node, mass)
  }

  private extendAbove(below: number, point: Float32Array): void {
    for (let node = this.nodes.parent(below); node !== NONE; node = this.nodes.parent(node)) {
      this.boxes.extend(node, point)
    }
  }

  /** Through the box of the node and the point together. */
  private drawCut(node: number, point: Float32Array): Cut {
    let left = this.random.next() * this.boxes.lengthWith(node, point)
    let last = { feature: 0, value: 0 }
    for (let feature = 0; feature < point.length; feature += 1) {
      const [low, high] = this.boxes.rangeWith(node, feature, point)
      if (high === low) continue
      // Rounding must not put a cut on the far end, where nothing would be to its right.
      last = { feature, value: low + left < high ? low + left : low }
      if (left < high - low) return last
      left -= high - low
    }
    return last
  }

  /** On which side the point is alone, with the whole node on the other; undefined where the cut goes through the node. */
  private sideBeyond(
    node: number,
    point: Float32Array,
    { feature, value }: Cut,
  ): 'left' | 'right' | undefined {
    const at = node * point.length + feature
    if (value < this.boxes.lowOf(at)) return 'left'
    return value >= this.boxes.highOf(at) ? 'right' : undefined
  }
}
