/** No node. */
export const NONE = -1

/**
 * The nodes of a binary tree, by number: who hangs below whom, how many points are below, and where an inner node cuts. A
 * node keeps its number while it is there.
 */
export class Nodes {
  root = NONE
  private readonly parents: Int32Array
  private readonly lefts: Int32Array
  private readonly rights: Int32Array
  private readonly masses: Int32Array
  private readonly cutFeatures: Uint8Array
  private readonly cutValues: Float64Array
  private readonly free: number[]

  /** `most`: how many nodes there may be at once. */
  constructor(most: number) {
    this.parents = new Int32Array(most)
    this.lefts = new Int32Array(most)
    this.rights = new Int32Array(most)
    this.masses = new Int32Array(most)
    this.cutFeatures = new Uint8Array(most)
    this.cutValues = new Float64Array(most)
    this.free = Array.from({ length: most }, (_, index) => most - 1 - index)
  }

  /** A leaf of one point that hangs nowhere yet. Throws where all nodes are in use. */
  addLeaf(): number {
    const node = this.free.pop()
    if (node === undefined)
      throw new RangeError('the tree is full: expected a point to leave before another comes')
    for (const links of [this.parents, this.lefts, this.rights]) links[node] = NONE
    this.masses[node] = 1
    return node
  }

  /** Puts a new inner node where `node` hangs, which cuts between `node` and `leaf`. */
  addInner(node: number, leaf: number, cut: Cut, isLeafLeft: boolean): number {
    const [inner, above] = [this.addLeaf(), this.parent(node)]
    this.relink(above, node, inner)
    const [left, right] = isLeafLeft ? [leaf, node] : [node, leaf]
    this.lefts[inner] = left
    this.rights[inner] = right
    this.parents[node] = this.parents[leaf] = inner
    this.masses[inner] = this.mass(node)
    this.cutFeatures[inner] = cut.feature
    this.cutValues[inner] = cut.value
    return inner
  }

  /** Takes away a leaf and the inner node above it, in whose place comes what is beside the leaf. */
  removeLeaf(leaf: number): void {
    const inner = this.parent(leaf)
    if (inner === NONE) this.root = NONE
    else this.relink(this.parent(inner), inner, this.sibling(leaf))
    this.free.push(...(inner === NONE ? [leaf] : [inner, leaf]))
  }

  isLeaf(node: number): boolean {
    return this.left(node) === NONE
  }

  parent(node: number): number {
    return this.parents[node] ?? NONE
  }

  left(node: number): number {
    return this.lefts[node] ?? NONE
  }

  right(node: number): number {
    return this.rights[node] ?? NONE
  }

  /** The other node below the same one. */
  sibling(node: number): number {
    const above = this.parent(node)
    return this.left(above) === node ? this.right(above) : this.left(above)
  }

  /** On which side of an inner node's cut a point lies. */
  side(node: number, point: Float32Array): number {
    const value = point[this.cutFeatures[node] ?? 0] ?? 0
    return value <= (this.cutValues[node] ?? 0) ? this.left(node) : this.right(node)
  }

  /** The one on which the point does not lie. */
  otherSide(node: number, point: Float32Array): number {
    return this.left(node) + this.right(node) - this.side(node, point)
  }

  mass(node: number): number {
    return this.masses[node] ?? 0
  }

  addMass(node: number, mass: number): void {
    this.masses[node] = this.mass(node) + mass
  }

  /** Hangs a node where another one hung. */
  private relink(above: number, before: number, node: number): void {
    this.parents[node] = above
    if (above === NONE) this.root = node
    else if (this.left(above) === before) this.lefts[above] = node
    else this.rights[above] = node
  }
}

/** Points whose feature is at most this value are to the left. */
export interface Cut {
  readonly feature: number
  readonly value: number
}
