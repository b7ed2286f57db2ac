/**
 * `npm run bench:statistics`: what the statistics of the anomaly detectors cost, each by itself: nanoseconds of processor time for a step, and
 * bytes for a state, in memory and in a snapshot. Prints JSON. `--quick` checks the bench with a twentieth of the steps.
 */
import { DEFAULT_FOREST, RandomCutForest } from '../src/detect/anomaly/forest/random-cut-forest.js'
import { DEFAULT_SHARED_FOREST, SharedForest } from '../src/detect/anomaly/forest/shared-forest.js'
import { scoreAtLeast } from '../src/detect/anomaly/statistics/beta-binomial.js'
import { ByteWriter } from '../src/detect/anomaly/statistics/byte-writer.js'
import { Ewma } from '../src/detect/anomaly/statistics/ewma.js'
import { LogHistogram } from '../src/detect/anomaly/statistics/log-histogram.js'
import { findDeviation } from '../src/detect/anomaly/statistics/median-deviation.js'
import { scoreFewEvents } from '../src/detect/anomaly/statistics/poisson-tail.js'
import { SeasonalBaseline } from '../src/detect/anomaly/statistics/seasonal-baseline.js'
import { createRandom, type Random } from './load/random.js'
import { describeMachine } from './machine.js'
import { median, round } from './quantile.js'

const quick = process.argv.includes('--quick')
const ROUNDS = 5
const NANOS_A_MICRO = 1000
const FEATURES = [3, 6, 12]
const TICK_MS = 10_000

interface State {
  writeTo(writer: ByteWriter): void
}

/** Latencies as they are: most around 20 ms, some far above. */
const latency = (random: Random): number => 20 * Math.exp(1.2 * (random() + random() + random() - 1.5))

/**
 * The nanoseconds of processor time of one of so many steps, which neighbours on the machine do not lengthen: the median of five rounds,
 * after one that does not count.
 */
function timeOf(steps: number, step: (index: number) => unknown): number {
  const count = Math.ceil(quick ? steps / 20 : steps)
  const rounds = Array.from({ length: ROUNDS + 1 }, () => {
    const begun = process.cpuUsage()
    for (let index = 0; index < count; index += 1) step(index)
    const { user, system } = process.cpuUsage(begun)
    return ((user + system) * NANOS_A_MICRO) / count
  })
  return round(median(rounds.slice(1)))
}

/** The bytes of one of so many states, in memory and in a snapshot. */
function sizeOf(count: number, create: (seed: number) => State): { bytes: number; snapshotBytes: number } {
  const before = heldBytes()
  const states = Array.from({ length: count }, (_, index) => create(index + 1))
  const bytes = (heldBytes() - before) / count
  const writer = new ByteWriter()
  for (const state of states) state.writeTo(writer)
  return { bytes: round(bytes), snapshotBytes: round(writer.finish().length / count) }
}

function heldBytes(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc, as `npm run bench:statistics` does')
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function learnHistogram(seed: number): LogHistogram {
  const [histogram, random] = [new LogHistogram(), createRandom(seed)]
  for (let count = 0; count < 1000; count += 1) histogram.add(latency(random))
  return histogram
}

function measureHistogram() {
  const [random, histogram] = [createRandom(1), learnHistogram(1)]
  const values = Array.from({ length: 4096 }, () => latency(random))
  return {
    ...sizeOf(quick ? 100 : 2000, learnHistogram),
    addNanos: timeOf(2e6, (index) => histogram.add(values[index % 4096] ?? 0)),
    quantileNanos: timeOf(2e5, (index) => histogram.quantile((index % 100) / 100)),
    countAboveNanos: timeOf(2e5, (index) => histogram.countAbove(values[index % 4096] ?? 0)),
    scaleNanos: timeOf(2e5, () => histogram.scale(0.99999)),
    medianDeviationNanos: timeOf(2e4, () => findDeviation(histogram)),
  }
}

function measureScores() {
  return {
    betaBinomialNanos: [
      [4, 10, 1.5, 99],
      [5, 40, 6, 400],
      [50, 500, 6, 400],
      [200, 5000, 60, 4000],
      [5000, 20_000, 60, 400],
    ].map(([k = 0, n = 0, a = 0, b = 0]) => ({
      k,
      n,
      a,
      b,
      nanos: timeOf(2e4, () => scoreAtLeast(k, n, a, b)),
    })),
    negativeBinomialNanos: timeOf(1e5, (index) => scoreFewEvents(index % 60, 100, 3)),
  }
}

function learnSeasons(seed: number): SeasonalBaseline {
  const [baseline, random] = [new SeasonalBaseline(), createRandom(seed)]
  for (let hour = 0; hour < 3 * 168; hour += 1) baseline.add(random(), hour * 3_600_000)
  return baseline
}

function learnAverage(seed: number): Ewma {
  const ewma = new Ewma(60_000)
  for (let tick = 0; tick < 100; tick += 1) ewma.add(seed + tick, tick * TICK_MS)
  return ewma
}

const pointOf = (random: Random, features: number): number[] =>
  Array.from({ length: features }, () => 4 * (random() + random() - 1))

function learnForest(features: number, seed: number): RandomCutForest {
  const [forest, random] = [new RandomCutForest({ ...DEFAULT_FOREST, features, seed }), createRandom(seed)]
  for (let count = 0; count < 1000; count += 1) forest.add(pointOf(random, features), count * TICK_MS)
  return forest
}

function measureForest(features: number) {
  const [random, forest] = [createRandom(9), learnForest(features, 1)]
  const points = Array.from({ length: 256 }, () => pointOf(random, features))
  let at = 1000 * TICK_MS
  return {
    features,
    ...sizeOf(quick ? 1 : 5, (seed) => learnForest(features, seed)),
    scoreMicros: round(timeOf(2000, (index) => forest.score(points[index % 256] ?? [])) / NANOS_A_MICRO),
    addMicros: round(
      timeOf(2000, (index) => forest.add(points[index % 256] ?? [], (at += TICK_MS))) / NANOS_A_MICRO,
    ),
  }
}

/** What one key more costs a forest that is shared. */
function measureSharedKey() {
  const keys = quick ? 100 : 2000
  const features = Array.from({ length: 12 }, (_, index) => ({ name: `feature ${index}`, floor: 1 }))
  const forest = new SharedForest({ ...DEFAULT_SHARED_FOREST, features, trees: 1 })
  const [before, random] = [heldBytes(), createRandom(1)]
  for (let key = 0; key < keys; key += 1) forest.learn(`service operation ${key}`, pointOf(random, 12), key)
  return { features: 12, bytes: round((heldBytes() - before) / keys), forgotten: forest.forgottenKeys }
}

const ewma = learnAverage(1)
const seasons = learnSeasons(1)
const results = {
  logHistogram: measureHistogram(),
  scores: measureScores(),
  ewma: { ...sizeOf(2000, learnAverage), addNanos: timeOf(1e6, (index) => ewma.add(index % 7, index)) },
  seasonalBaseline: {
    ...sizeOf(quick ? 10 : 200, learnSeasons),
    addNanos: timeOf(2e5, (index) => seasons.add(1, index * TICK_MS)),
    findNanos: timeOf(2e5, (index) => seasons.find(index * TICK_MS)),
  },
  forest: FEATURES.map(measureForest),
  sharedForestKey: measureSharedKey(),
}
console.log(JSON.stringify({ bench: 'statistics', machine: describeMachine(), quick, results }, undefined, 2))
