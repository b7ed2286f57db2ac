import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'

/**
 * Positive numbers, counted in buckets of which each is 8 % wider than the one before: the sketch with a relative error of
 * Masson, Rim and Lee, "DDSketch: a fast and fully-mergeable quantile sketch" (VLDB 2019), section 2. Bucket `i` holds
 * what is above γ^(i−1) and at most γ^i, and stands for 2γ^i / (γ + 1), which is at most (γ − 1) / (γ + 1) of any of
 * them away.
 */
const GAMMA = 1.08
const LOG_GAMMA = Math.log(GAMMA)
const MIDDLE = 2 / (GAMMA + 1)

/** A quantile is at most this share of the exact one away from it, where that is within what a histogram can tell apart. */
export const RELATIVE_ERROR = (GAMMA - 1) / (GAMMA + 1)
/** What is not above this counts as 0. */
export const SMALLEST = 1e-2
/** What is above this counts as this. */
export const LARGEST = 1e7

const FIRST_BUCKET = bucketOf(SMALLEST)
const LAST_BUCKET = bucketOf(LARGEST)
const MOST_BUCKETS = LAST_BUCKET - FIRST_BUCKET + 1
/** Room is made for so many buckets at a time. */
const STEP = 8
/** What decayed to less than this is forgotten. */
const LEAST_WEIGHT = 1e-6
const MOST_WEIGHT = 1e30

function bucketOf(value: number): number {
  return Math.ceil(Math.log(value) / LOG_GAMMA)
}

/** What stands for all values of a bucket. */
function valueOf(bucket: number): number {
  return Math.min(MIDDLE * GAMMA ** bucket, LARGEST)
}

/**
 * A distribution of positive numbers that can be added to, merged and decayed, in at most 2.2 KB and about 0.5 KB where
 * values span two orders of magnitude. Milliseconds, as a rule: it tells 0.01 ms from 3 hours.
 */
export class LogHistogram {
  /** Of the buckets from `first` on. */
  private counts: number[] = []
  private first = 0
  private small = 0
  private total = 0

  /** The weight of all values. */
  get count(): number {
    return this.total
  }

  /** A value that is no number, and a weight that is not above 0, count nothing. */
  add(value: number, weight = 1): void {
    if (Number.isNaN(value) || !(weight > 0)) return
    this.total += weight
    if (value <= SMALLEST) this.small += weight
    else this.addTo(Math.min(bucketOf(value), LAST_BUCKET), weight)
  }

  /** Adds what another counted, as if each of its values had been added here. */
  merge(other: LogHistogram): void {
    if (other.counts.length > 0) this.reserve(other.first, other.first + other.counts.length - 1)
    for (let index = 0; index < other.counts.length; index += 1) {
      const at = other.first + index - this.first
      this.counts[at] = (this.counts[at] ?? 0) + (other.counts[index] ?? 0)
    }
    this.small += other.small
    this.total += other.total
  }

  /** Takes back what was merged before. Nothing falls below zero. */
  subtract(other: LogHistogram): void {
    for (let index = 0; index < this.counts.length; index += 1) {
      const taken = other.counts[this.first + index - other.first] ?? 0
      this.counts[index] = Math.max(0, (this.counts[index] ?? 0) - taken)
    }
    this.small = Math.max(0, this.small - other.small)
    this.settle()
  }

  /** Makes all that was counted so far weigh this share of what it did: from 0, all is forgotten, to 1. */
  scale(share: number): void {
    for (let index = 0; index < this.counts.length; index += 1) {
      this.counts[index] = (this.counts[index] ?? 0) * share
    }
    this.small *= share
    this.settle()
  }

  /**
   * The value that a share `p`, from 0 to 1, of the weight does not exceed, within `RELATIVE_ERROR`; 0 where it is not
   * above `SMALLEST`. NaN where nothing was counted.
   */
  quantile(p: number): number {
    if (!(this.total > 0)) return Number.NaN
    const wanted = p * this.total
    if (this.small > 0 && this.small >= wanted) return 0
    let [seen, last] = [this.small, Number.NaN]
    for (let index = 0; index < this.counts.length && !(seen >= wanted && last >= 0); index += 1) {
      const here = this.counts[index] ?? 0
      if (here > 0) [seen, last] = [seen + here, index]
    }
    return last >= 0 ? valueOf(this.first + last) : 0
  }

  /**
   * The weight of the values above this one. Those that share its bucket count as not above it: no more than are above it
   * are told of, and no fewer than are above 1.08 times of it.
   */
  countAbove(value: number): number {
    if (value < SMALLEST) return Math.max(0, this.total - this.small)
    const from = Math.max(0, bucketOf(value) + 1 - this.first)
    let above = 0
    for (let index = from; index < this.counts.length; index += 1) above += this.counts[index] ?? 0
    return above
  }

  /** Calls with the value and the weight of each bucket that holds any, the smallest value first. */
  forEach(visit: (value: number, weight: number) => void): void {
    if (this.small > 0) visit(0, this.small)
    for (let index = 0; index < this.counts.length; index += 1) {
      const weight = this.counts[index] ?? 0
      if (weight > 0) visit(valueOf(this.first + index), weight)
    }
  }

  /** Five bytes for each bucket that holds anything. Weights keep seven digits. */
  writeTo(writer: ByteWriter): void {
    writer.float(this.small)
    writer.count(this.counts.filter((weight) => weight >= LEAST_WEIGHT).length)
    let next = FIRST_BUCKET
    for (let index = 0; index < this.counts.length; index += 1) {
      const weight = this.counts[index] ?? 0
      if (!(weight >= LEAST_WEIGHT)) continue
      writer.count(this.first + index - next)
      writer.float(weight)
      next = this.first + index + 1
    }
  }

  /** Throws a `SnapshotError` where the bytes are none of a histogram. */
  static readFrom(reader: ByteReader): LogHistogram {
    const read = new LogHistogram()
    read.small = reader.float(0, MOST_WEIGHT)
    const used = reader.count(MOST_BUCKETS)
    let next = FIRST_BUCKET
    for (let each = 0; each < used; each += 1) {
      const bucket = next + reader.count(LAST_BUCKET - next)
      read.addTo(bucket, reader.float(0, MOST_WEIGHT))
      next = bucket + 1
    }
    read.settle()
    return read
  }

  private addTo(bucket: number, weight: number): void {
    const index = bucket - this.first
    if (index < 0 || index >= this.counts.length) this.reserve(bucket, bucket)
    const at = bucket - this.first
    this.counts[at] = (this.counts[at] ?? 0) + weight
  }

  /** Makes room for these buckets and all between them. */
  private reserve(from: number, to: number): void {
    const end = this.first + this.counts.length
    const least = this.counts.length === 0 ? from : Math.min(from, this.first)
    const most = this.counts.length === 0 ? to : Math.max(to, end - 1)
    if (least === this.first && most < end) return
    this.move(
      roundDown(least - FIRST_BUCKET) + FIRST_BUCKET,
      roundDown(most - FIRST_BUCKET) + FIRST_BUCKET + STEP,
    )
  }

  /** Keeps the buckets from the first up to but not including the second, of which those that are new are empty. */
  private move(from: number, to: number): void {
    const [before, shift] = [this.counts, from - this.first]
    this.counts = Array.from({ length: to - from }, (_, index) => before[index + shift] ?? 0)
    this.first = from
  }

  /** Forgets what weighs next to nothing, gives back room that is not needed, and sums up anew. */
  private settle(): void {
    let [from, to] = [this.counts.length, -1]
    this.total = this.small = this.small < LEAST_WEIGHT ? 0 : this.small
    for (let index = 0; index < this.counts.length; index += 1) {
      const weight = this.counts[index] ?? 0
      if (weight < LEAST_WEIGHT) this.counts[index] = 0
      else [this.total, from, to] = [this.total + weight, Math.min(from, index), index]
    }
    const [needed, held] = [Math.max(0, to - from + 1), this.counts.length]
    if (held - needed >= 4 * STEP || needed === 0) this.move(this.first + from, this.first + from + needed)
  }
}

/** To a whole number of steps. */
function roundDown(buckets: number): number {
  return Math.floor(buckets / STEP) * STEP
}
