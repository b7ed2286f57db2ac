import type { PeerName } from '../test/peers/find-peer.js'
import type { Group } from './options.js'

/** What a ratio is to be for the benchmark to be met. */
export type Aim = { readonly atLeast: number } | { readonly atMost: number }

export interface BenchContext {
  /** A small version, which checks the bench and judges nothing. */
  readonly quick: boolean
  /** Where our servers leave CPU profiles; undefined for none. */
  readonly profiles: string | undefined
  /** Tells of progress. */
  readonly say: (text: string) => void
}

/** What was measured of both in one run. */
export interface Comparison {
  /** What was compared, where a benchmark compares several things. */
  readonly of?: string
  /** Figures in the benchmark's unit. */
  readonly ours: number
  readonly peer: number
  /** As the benchmark defines it: the median of the ratios of several rounds, not the ratio of the figures. */
  readonly ratio: number
  /** All else that is worth knowing of the run. */
  readonly details: object
}

/** One thing that tracebell and a peer of it both do. */
export interface Benchmark {
  readonly name: string
  /** Which `npm run bench -- <group>` runs it. */
  readonly group: Group
  /** Of the figures. */
  readonly unit: string
  /** How the ratio is made of them. */
  readonly ratioOf: string
  readonly aim: Aim
  readonly peer: PeerName
  /** Memory that must be free, in bytes. */
  readonly needsBytes: number
  /** Throws a `WrongAnswer` where one of the two did not do what it was measured at. */
  measure(binary: string, context: BenchContext): Promise<readonly Comparison[]>
}

/** Whatever its speed, an answer that is wrong is a miss. */
export class WrongAnswer extends Error {}
