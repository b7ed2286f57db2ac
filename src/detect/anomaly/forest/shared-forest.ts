import type { Timestamp } from '../../../model/time.js'
import type { ByteReader } from '../statistics/byte-reader.js'
import type { ByteWriter } from '../statistics/byte-writer.js'
import { type Feature, FeatureScales, type FeatureUsual } from './feature-scales.js'
import { DEFAULT_FOREST, type ForestOptions, RandomCutForest } from './random-cut-forest.js'

export interface SharedForestOptions extends Omit<ForestOptions, 'features'> {
  readonly features: readonly Feature[]
  /** Of more keys than this, those are forgotten that taught nothing for longest. */
  readonly mostKeys: number
  /** In bytes. */
  readonly mostKeyLength: number
  /** A key is judged while its vectors, of which old ones weigh less, weigh at least so much: never if they are too rare. */
  readonly minVectors: number
}

export const DEFAULT_SHARED_FOREST: Omit<SharedForestOptions, 'features'> = {
  ...DEFAULT_FOREST,
  mostKeys: 10_000,
  mostKeyLength: 1024,
  minVectors: 30,
}

/** What one feature has to do with it. */
export interface Contribution extends FeatureUsual {
  readonly name: string
  readonly value: number
  /** Of the score, from 0 to 1. */
  readonly share: number
}

/** How much a vector is unlike what is usual. */
export interface VectorScore {
  /** From 0 to 1; 0 while too little is known. */
  readonly score: number
  /** The features that brought it about, the weightiest first. */
  readonly contributions: readonly Contribution[]
}

const NOTHING: VectorScore = { score: 0, contributions: [] }

/**
 * One random cut forest for vectors of many keys, such as operations: each is first put into scales from what is usual for its
 * key, so that the forest knows how features move together, and a key costs 32 bytes a feature and not megabytes. Whoever
 * keeps alerting windows out does not teach it from them.
 */
export class SharedForest {
  /** Those that taught last come last. */
  private readonly keys = new Map<string, FeatureScales>()
  private forest: RandomCutForest
  private forgotten = 0

  constructor(private readonly options: SharedForestOptions) {
    this.forest = new RandomCutForest(forestOptions(options))
  }

  /** How many keys were forgotten, as there were too many or their names were too long. */
  get forgottenKeys(): number {
    return this.forgotten
  }

  /** How much a vector of a key is unlike what is usual. Ask before it is learned. A number may be missing: NaN. */
  judge(key: string, vector: readonly number[]): VectorScore {
    const scales = this.keys.get(key)
    const { minVectors, sampleSize, features } = this.options
    if (scales === undefined || scales.weight < minVectors || this.forest.count < sampleSize / 2)
      return NOTHING
    const { score, contributions } = this.forest.score(scales.normalize(vector))
    const list = features.map(({ name }, row) => ({
      ...scales.usual(row),
      name,
      value: vector[row] ?? Number.NaN,
      share: (contributions[row] ?? 0) / score,
    }))
    const telling = list.filter(({ share }) => share > 0)
    return { score, contributions: telling.sort((left, right) => right.share - left.share) }
  }

  /** The forest learns from a key once its scales are known a little. */
  learn(key: string, vector: readonly number[], at: Timestamp): void {
    const scales = this.scalesOf(key)
    if (scales === undefined) return
    if (scales.weight >= this.options.minVectors / 3) this.forest.add(scales.normalize(vector), at)
    scales.learn(vector, at)
  }

  writeTo(writer: ByteWriter): void {
    this.forest.writeTo(writer)
    writer.count(this.keys.size)
    for (const [key, scales] of this.keys) {
      writer.text(key)
      scales.writeTo(writer)
    }
  }

  /** Throws a `SnapshotError` where the bytes are none of a forest with these options. */
  static readFrom(reader: ByteReader, options: SharedForestOptions): SharedForest {
    const read = new SharedForest(options)
    read.forest = RandomCutForest.readFrom(reader, forestOptions(options))
    for (let left = reader.count(options.mostKeys); left > 0; left -= 1) {
      const key = reader.text(options.mostKeyLength)
      const scales = new FeatureScales(options.features, options.halfLifeMs)
      scales.readFrom(reader)
      read.keys.set(key, scales)
    }
    return read
  }

  /** Moves the key to those that taught last. */
  private scalesOf(key: string): FeatureScales | undefined {
    const { features, halfLifeMs, mostKeys, mostKeyLength } = this.options
    if (Buffer.byteLength(key) > mostKeyLength) {
      this.forgotten += 1
      return undefined
    }
    const scales = this.keys.get(key) ?? new FeatureScales(features, halfLifeMs)
    this.keys.delete(key)
    this.keys.set(key, scales)
    if (this.keys.size > mostKeys) this.forgetOldest()
    return scales
  }

  private forgetOldest(): void {
    const [oldest] = this.keys.keys()
    if (oldest !== undefined) this.keys.delete(oldest)
    this.forgotten += 1
  }
}

function forestOptions({ features, ...options }: SharedForestOptions): ForestOptions {
  return { ...options, features: features.length }
}
