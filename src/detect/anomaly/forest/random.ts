/**
 * Numbers from 0 up to but not including 1, the same for the same seed: Mulberry32 (Tommy Ettinger, 2017, public domain). Its
 * whole state is one number, so that it can be kept.
 */
export class Random {
  /** Where it stands: a seed from which it goes on as it would have. */
  state: number

  constructor(seed: number) {
    this.state = seed >>> 0
  }

  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
