import type { Timestamp } from '../../../model/time.js'
import type { ByteReader } from '../statistics/byte-reader.js'
import type { ByteWriter } from '../statistics/byte-writer.js'
import { DecayedMoments } from '../statistics/decayed-moments.js'
import { countScales } from '../statistics/scale-floor.js'

/** One number of a vector. */
export interface Feature {
  readonly name: string
  /** The least scale on which it is judged, in its own units: a difference of half of it means nothing. */
  readonly floor: number
}

/** What is known of one feature of a vector. */
export interface FeatureUsual {
  readonly mean: number
  readonly deviation: number
}

/** Where the features of one key usually lie, and how far they spread, so that vectors of different keys can be compared. */
export class FeatureScales {
  private readonly moments: DecayedMoments

  constructor(
    private readonly features: readonly Feature[],
    halfLifeMs: number,
  ) {
    this.moments = new DecayedMoments(features.length, halfLifeMs)
  }

  /** How well the feature that is known best is known: about the number of vectors. */
  get weight(): number {
    return this.features.reduce((most, _, row) => Math.max(most, this.moments.find(row).weight), 0)
  }

  /** A number that is missing (NaN) teaches nothing. */
  learn(vector: readonly number[], at: Timestamp): void {
    for (const [row, value] of vector.entries()) this.moments.add(row, value, at)
  }

  usual(row: number): FeatureUsual {
    return this.moments.find(row)
  }

  /** Each feature in scales from its mean; what is missing or not known yet is taken to be as usual. */
  normalize(vector: readonly number[]): number[] {
    return this.features.map(({ floor }, row) => {
      const { mean, deviation } = this.moments.find(row)
      const scales = countScales(vector[row] ?? Number.NaN, mean, deviation, { absolute: floor, share: 0 })
      return Number.isNaN(scales) ? 0 : scales
    })
  }

  writeTo(writer: ByteWriter): void {
    for (const row of this.features.keys()) this.moments.writeRow(row, writer)
  }

  /** Throws a `SnapshotError` where the bytes are none of so many features. */
  readFrom(reader: ByteReader): void {
    for (const row of this.features.keys()) this.moments.readRow(row, reader)
  }
}
