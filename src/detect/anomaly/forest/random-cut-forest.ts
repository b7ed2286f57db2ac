import type { Timestamp } from '../../../model/time.js'
import type { ByteReader } from '../statistics/byte-reader.js'
import type { ByteWriter } from '../statistics/byte-writer.js'
import { CutTree } from './cut-tree.js'
import { Displacement } from './displacement.js'
import { Random } from './random.js'
import { Reservoir } from './reservoir.js'

const MOST_FEATURES = 12
/** Beyond this, what is unlike is unlike. */
const MOST_VALUE = 1e6
const MOST_KEY = 1e9

export interface ForestOptions {
  /** How many numbers a point has, up to 12. */
  readonly features: number
  readonly trees: number
  /** How many points a tree holds. */
  readonly sampleSize: number
  /** A point is half as likely to be in a sample after so long. */
  readonly halfLifeMs: number
  /** The same seed and the same points give the same scores. */
  readonly seed: number
}

export const DEFAULT_FOREST: Omit<ForestOptions, 'features'> = {
  trees: 50,
  sampleSize: 256,
  halfLifeMs: 3_600_000,
  seed: 1,
}

/** How much a point stands out. */
export interface ForestScore {
  /** From 0 to 1: the share of the points that it would push aside. What is usual scores a few hundredths. */
  readonly score: number
  /** How much of the score each feature brought about; together they are the score. */
  readonly contributions: readonly number[]
}

interface Tree {
  readonly cuts: CutTree
  readonly sample: Reservoir<number>
}

/**
 * A robust random cut forest (Guha, Mishra, Roy and Schrijvers, ICML 2016), which learns online what points are usual and
 * forgets it again. Features are given in units such that a difference of half a unit means nothing. It takes about
 * `trees × sampleSize × (16 × features + 100)` bytes: 3.7 MB for 12 features by default.
 */
export class RandomCutForest {
  private readonly random: Random
  private readonly trees: readonly Tree[]
  private readonly point: Float32Array

  /** Throws a `RangeError` where there are too many features, or none. */
  constructor(private readonly options: ForestOptions) {
    const { features, trees, sampleSize, seed } = options
    if (!(Number.isInteger(features) && features >= 1 && features <= MOST_FEATURES)) {
      throw new RangeError(`${features} features: expected from 1 to ${MOST_FEATURES}`)
    }
    this.random = new Random(seed)
    this.point = new Float32Array(features)
    this.trees = Array.from({ length: trees }, () => ({
      cuts: new CutTree(sampleSize, features, this.random),
      sample: new Reservoir(sampleSize),
    }))
  }

  /** How many points each tree holds. */
  get count(): number {
    return Math.min(...this.trees.map(({ sample }) => sample.count))
  }

  /** How much a point stands out of those that were added. Throws a `RangeError` where it has not as many numbers as features. */
  score(point: readonly number[]): ForestScore {
    this.take(point)
    const displacement = new Displacement(this.options.features)
    for (const { cuts } of this.trees) displacement.add(cuts, this.point)
    const contributions = Array.from(displacement.contributions, (each) => each / this.trees.length)
    return { score: displacement.score / this.trees.length, contributions }
  }

  /** Throws as `score` does. */
  add(point: readonly number[], at: Timestamp): void {
    this.take(point)
    const halfLives = at / this.options.halfLifeMs
    for (const tree of this.trees) addTo(tree, this.point, Reservoir.keyOf(this.random.next(), halfLives))
  }

  /** The points of each tree, 8 bytes and 4 a feature for each. */
  writeTo(writer: ByteWriter): void {
    writer.count(this.random.state)
    for (const { sample, cuts } of this.trees) {
      writer.count(sample.count)
      sample.forEach((key, leaf) => {
        writer.double(key)
        for (const value of cuts.boxes.pointOf(leaf)) writer.float(value)
      })
    }
  }

  /** The same points, cut anew. Throws a `SnapshotError` where the bytes are none of a forest with these options. */
  static readFrom(reader: ByteReader, options: ForestOptions): RandomCutForest {
    const read = new RandomCutForest({ ...options, seed: reader.count(2 ** 32 - 1) })
    for (const tree of read.trees) {
      for (let left = reader.count(options.sampleSize); left > 0; left -= 1) {
        const key = reader.double(-MOST_KEY, MOST_KEY)
        for (let feature = 0; feature < options.features; feature += 1)
          read.point[feature] = reader.float(-MOST_VALUE, MOST_VALUE)
        tree.sample.put(key, tree.cuts.insert(read.point))
      }
    }
    return read
  }

  /** In single precision, within what can be told apart. */
  private take(point: readonly number[]): void {
    if (point.length !== this.point.length || point.some(Number.isNaN)) {
      throw new RangeError(`a point ${point.join(' ')}: expected ${this.point.length} numbers`)
    }
    for (const [feature, value] of point.entries()) {
      this.point[feature] = Math.min(Math.max(value, -MOST_VALUE), MOST_VALUE)
    }
  }
}

function addTo({ cuts, sample }: Tree, point: Float32Array, key: number): void {
  if (!sample.wants(key)) return
  const leaving = sample.takeWorst()
  if (leaving !== undefined) cuts.remove(leaving)
  sample.put(key, cuts.insert(point))
}
