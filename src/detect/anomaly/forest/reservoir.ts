/**
 * A sample of what came, in which newer ones are likelier to be: each is as likely to be kept as its weight says, and weights
 * halve with each half-life. Each gets the key −ln(u) / weight for a random u, and the smallest keys are kept: Efraimidis and
 * Spirakis, "Weighted random sampling with a reservoir" (2006). The logarithms of the keys are held, as weights grow without
 * bound.
 */
export class Reservoir<Item> {
  private readonly keys: number[] = []
  private readonly items: Item[] = []
  private worst = 0

  constructor(private readonly size: number) {}

  get count(): number {
    return this.items.length
  }

  /** The key of something that comes `halfLives` half-lives after a moment that is the same for all; `u` from 0 to 1. */
  static keyOf(u: number, halfLives: number): number {
    return Math.log(-Math.log(Math.max(u, Number.MIN_VALUE))) - halfLives * Math.LN2
  }

  /** Whether what has this key belongs to the sample. */
  wants(key: number): boolean {
    return this.items.length < this.size || key < (this.keys[this.worst] ?? 0)
  }

  /** What has to leave before something else can come; undefined where there is room. */
  takeWorst(): Item | undefined {
    if (this.items.length < this.size) return undefined
    const [key, item] = [this.keys.pop(), this.items.pop()]
    if (key === undefined || item === undefined || this.worst === this.items.length) return item
    const gone = this.items[this.worst]
    this.keys[this.worst] = key
    this.items[this.worst] = item
    return gone
  }

  /** Only where there is room. */
  put(key: number, item: Item): void {
    this.keys.push(key)
    this.items.push(item)
    if (this.items.length < this.size) return
    this.worst = this.keys.reduce(
      (worst, each, index) => (each > (this.keys[worst] ?? each) ? index : worst),
      0,
    )
  }

  forEach(visit: (key: number, item: Item) => void): void {
    for (const [index, item] of this.items.entries()) visit(this.keys[index] ?? 0, item)
  }
}
