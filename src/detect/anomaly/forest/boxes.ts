/** The boxes that bound the points below each node of a tree, in single precision. The box of a leaf is its point. */
export class Boxes {
  readonly low: Float32Array
  readonly high: Float32Array

  constructor(
    nodes: number,
    readonly features: number,
  ) {
    this.low = new Float32Array(nodes * features)
    this.high = new Float32Array(nodes * features)
  }

  setPoint(node: number, point: Float32Array): void {
    this.low.set(point, node * this.features)
    this.high.set(point, node * this.features)
  }

  /** The point of a leaf. */
  pointOf(leaf: number): Float32Array {
    return this.low.subarray(leaf * this.features, (leaf + 1) * this.features)
  }

  extend(node: number, point: Float32Array): void {
    const start = node * this.features
    for (let feature = 0; feature < this.features; feature += 1) {
      const value = point[feature] ?? 0
      if (value < this.lowOf(start + feature)) this.low[start + feature] = value
      if (value > this.highOf(start + feature)) this.high[start + feature] = value
    }
  }

  /** Makes the box of a node bound those of two others. */
  join(node: number, one: number, other: number): void {
    const [start, left, right] = [node * this.features, one * this.features, other * this.features]
    for (let feature = 0; feature < this.features; feature += 1) {
      this.low[start + feature] = Math.min(this.lowOf(left + feature), this.lowOf(right + feature))
      this.high[start + feature] = Math.max(this.highOf(left + feature), this.highOf(right + feature))
    }
  }

  /** Whether the box is just this point. */
  isPoint(node: number, point: Float32Array): boolean {
    const start = node * this.features
    for (let feature = 0; feature < this.features; feature += 1) {
      const value = point[feature]
      if (value !== this.low[start + feature] || value !== this.high[start + feature]) return false
    }
    return true
  }

  /** The length of all sides together. */
  length(node: number): number {
    let length = 0
    const start = node * this.features
    for (let at = start; at < start + this.features; at += 1) length += this.highOf(at) - this.lowOf(at)
    return length
  }

  /** The length of all sides together, were the point within. */
  lengthWith(node: number, point: Float32Array): number {
    let length = 0
    const start = node * this.features
    for (let feature = 0; feature < this.features; feature += 1) {
      const [value, at] = [point[feature] ?? 0, start + feature]
      length += Math.max(this.highOf(at), value) - Math.min(this.lowOf(at), value)
    }
    return length
  }

  /** From where to where a side reaches, were the point within. */
  rangeWith(node: number, feature: number, point: Float32Array): [low: number, high: number] {
    const [value, at] = [point[feature] ?? 0, node * this.features + feature]
    return [Math.min(this.lowOf(at), value), Math.max(this.highOf(at), value)]
  }

  /** How far a value lies outside of a side; 0 within it. */
  outside(at: number, value: number): number {
    return Math.max(this.lowOf(at) - value, value - this.highOf(at), 0)
  }

  lowOf(at: number): number {
    return this.low[at] ?? 0
  }

  highOf(at: number): number {
    return this.high[at] ?? 0
  }
}
