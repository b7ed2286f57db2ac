import type { Baseline } from './baseline.js'
import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'

const MOST_AT = 8.64e15
const MOST_VALUE = 1e150
const MOST_WEIGHT = 1e30
/** A row: the newest moment, and as of it the weight, the mean and the weighted sum of squared distances from the mean. */
const [AT, WEIGHT, MEAN, SQUARES, COLUMNS] = [0, 1, 2, 3, 4]

/**
 * Means and variances of so many series, side by side, in which a value weighs half as much after each half-life; 32 bytes a
 * series. The sums are West's ("Updating mean and variance estimates: an improved method", 1979), decayed. The order in which
 * values come makes no difference.
 */
export class DecayedMoments {
  private readonly numbers: number[]

  /** The half-life in the unit of the moments. Throws a `RangeError` where it is not above 0. */
  constructor(
    readonly rows: number,
    private readonly halfLife: number,
  ) {
    if (!(halfLife > 0)) throw new RangeError(`a half-life of ${halfLife}: expected more than 0`)
    this.numbers = Array.from({ length: rows * COLUMNS }, () => 0)
  }

  /** A value that is not finite, or beyond 1e150, and a weight that is not above 0, are passed over. */
  add(row: number, value: number, at: number, weight = 1): void {
    if (!(Math.abs(value) <= MOST_VALUE && weight > 0)) return
    if (this.get(row, WEIGHT) === 0) this.set(row, AT, at)
    const worth = weight * 2 ** (Math.min(0, at - this.get(row, AT)) / this.halfLife)
    this.decay(row, at)
    if (worth > 0) this.mix(row, value, worth)
  }

  /** As of the newest value of the row; of nothing where there was none, or it weighs nothing any more. */
  find(row: number): Baseline {
    const weight = this.get(row, WEIGHT)
    if (!(weight > 0)) return { mean: Number.NaN, deviation: Number.NaN, weight: 0 }
    return { mean: this.get(row, MEAN), deviation: Math.sqrt(this.get(row, SQUARES) / weight), weight }
  }

  /** When the newest value of a row was. */
  newest(row: number): number {
    return this.get(row, AT)
  }

  writeRow(row: number, writer: ByteWriter): void {
    for (let column = 0; column < COLUMNS; column += 1) writer.double(this.get(row, column))
  }

  /** Throws a `SnapshotError` where the bytes are none of a row. */
  readRow(row: number, reader: ByteReader): void {
    this.set(row, AT, reader.double(-MOST_AT, MOST_AT))
    this.set(row, WEIGHT, reader.double(0, MOST_WEIGHT))
    this.set(row, MEAN, reader.double(-MOST_VALUE, MOST_VALUE))
    this.set(row, SQUARES, reader.double(0))
  }

  private decay(row: number, at: number): void {
    const before = this.get(row, AT)
    if (at <= before) return
    const share = 2 ** ((before - at) / this.halfLife)
    this.set(row, AT, at)
    this.set(row, WEIGHT, this.get(row, WEIGHT) * share)
    this.set(row, SQUARES, this.get(row, SQUARES) * share)
  }

  private mix(row: number, value: number, worth: number): void {
    const [before, mean] = [this.get(row, WEIGHT), this.get(row, MEAN)]
    const total = before + worth
    const away = value - mean
    this.set(row, WEIGHT, total)
    this.set(row, MEAN, mean + away * (worth / total))
    this.set(row, SQUARES, this.get(row, SQUARES) + away * away * worth * (before / total))
  }

  private get(row: number, column: number): number {
    return this.numbers[row * COLUMNS + column] ?? 0
  }

  private set(row: number, column: number, value: number): void {
    this.numbers[row * COLUMNS + column] = value
  }
}
