import { findPeer, variableOf } from '../test/peers/find-peer.js'
import { WrongAnswer, type Aim, type Benchmark, type BenchContext, type Comparison } from './benchmark.js'
import { tooSmall } from './machine.js'

export type Verdict = 'met' | 'missed' | 'incomplete'

/** What a benchmark came to. Figures are there where something was measured. */
export interface Result extends Pick<Benchmark, 'name' | 'peer' | 'unit' | 'ratioOf' | 'aim'> {
  readonly verdict: Verdict
  /** Why it is not met, where the figures do not say it. */
  readonly reason?: string
  readonly figures?: Pick<Comparison, 'ours' | 'peer' | 'ratio'>
  readonly details?: object
}

/** Runs a benchmark and judges it. Never rejects: a failure is the reason why it is incomplete. */
export async function judge(benchmark: Benchmark, context: BenchContext): Promise<Result> {
  const { name, peer, unit, ratioOf, aim } = benchmark
  const about = { name, peer, unit, ratioOf, aim }
  const binary = findPeer(peer)
  if (binary === undefined) {
    const reason = `there is no ${peer} to run beside: ${variableOf(peer)} says where its binary is`
    return { ...about, verdict: 'incomplete', reason }
  }
  const obstacle = tooSmall(benchmark.needsBytes)
  if (obstacle !== undefined) return { ...about, verdict: 'incomplete', reason: obstacle }
  try {
    context.say(name)
    const { details, ...figures } = await benchmark.measure(binary, context)
    return { ...about, ...verdictOn(figures.ratio, aim, context), figures, details }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { ...about, verdict: error instanceof WrongAnswer ? 'missed' : 'incomplete', reason }
  }
}

function verdictOn(ratio: number, aim: Aim, { quick }: BenchContext): Pick<Result, 'verdict' | 'reason'> {
  if (quick) return { verdict: 'incomplete', reason: 'a quick run judges nothing' }
  return { verdict: isMet(ratio, aim) ? 'met' : 'missed' }
}

function isMet(ratio: number, aim: Aim): boolean {
  return 'atLeast' in aim ? ratio >= aim.atLeast : ratio <= aim.atMost
}
