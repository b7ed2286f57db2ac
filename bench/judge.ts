import { findPeer, variableOf } from '../test/peers/find-peer.js'
import { WrongAnswer, type Aim, type Benchmark, type BenchContext, type Comparison } from './benchmark.js'
import { tooSmall } from './machine.js'

export type Verdict = 'met' | 'missed' | 'incomplete'

/** What one comparison of a benchmark came to. Figures are there where something was measured. */
export interface Result extends Pick<Benchmark, 'name' | 'peer' | 'unit' | 'ratioOf' | 'aim'> {
  readonly verdict: Verdict
  /** Why it is not met, where the figures do not say it. */
  readonly reason?: string
  readonly figures?: Pick<Comparison, 'ours' | 'peer' | 'ratio'>
  readonly details?: object
}

/** Runs a benchmark and judges it. Never rejects: a failure is the reason why it is incomplete. */
export async function judge(benchmark: Benchmark, context: BenchContext): Promise<readonly Result[]> {
  const { name, peer, unit, ratioOf, aim } = benchmark
  const about = { name, peer, unit, ratioOf, aim }
  const binary = findPeer(peer)
  if (binary === undefined) {
    const reason = `there is no ${peer} to run beside: ${variableOf(peer)} says where its binary is`
    return [{ ...about, verdict: 'incomplete', reason }]
  }
  const obstacle = tooSmall(benchmark.needsBytes)
  if (obstacle !== undefined) return [{ ...about, verdict: 'incomplete', reason: obstacle }]
  try {
    context.say(name)
    const comparisons = await benchmark.measure(binary, context)
    return comparisons.map((comparison) => toResult(about, comparison, context))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return [{ ...about, verdict: error instanceof WrongAnswer ? 'missed' : 'incomplete', reason }]
  }
}

type About = Pick<Result, 'name' | 'peer' | 'unit' | 'ratioOf' | 'aim'>

function toResult(about: About, { of, details, ...figures }: Comparison, { quick }: BenchContext): Result {
  const result = { ...about, name: of === undefined ? about.name : `${about.name}, ${of}`, figures, details }
  if (quick) return { ...result, verdict: 'incomplete', reason: 'a quick run judges nothing' }
  return { ...result, verdict: isMet(figures.ratio, about.aim) ? 'met' : 'missed' }
}

function isMet(ratio: number, aim: Aim): boolean {
  return 'atLeast' in aim ? ratio >= aim.atLeast : ratio <= aim.atMost
}
