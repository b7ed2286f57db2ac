import type { Timestamp } from '../../../model/time.js'
import type { Baseline } from './baseline.js'
import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'
import { DecayedMoments } from './decayed-moments.js'

/**
 * An exponentially weighted moving average, and the variance that belongs to it, of values that come at any time: a value
 * weighs half as much after each half-life.
 */
export class Ewma {
  private readonly moments: DecayedMoments

  /** Throws a `RangeError` where the half-life is not above 0. */
  constructor(halfLifeMs: number) {
    this.moments = new DecayedMoments(1, halfLifeMs)
  }

  /** As `DecayedMoments` does. */
  add(value: number, at: Timestamp, weight = 1): void {
    this.moments.add(0, value, at, weight)
  }

  /** As of the newest value. */
  find(): Baseline {
    return this.moments.find(0)
  }

  writeTo(writer: ByteWriter): void {
    this.moments.writeRow(0, writer)
  }

  /** Throws a `SnapshotError` where the bytes are none of an average. */
  static readFrom(reader: ByteReader, halfLifeMs: number): Ewma {
    const read = new Ewma(halfLifeMs)
    read.moments.readRow(0, reader)
    return read
  }
}
