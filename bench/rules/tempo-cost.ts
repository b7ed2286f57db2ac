import { setTimeout as sleep } from 'node:timers/promises'
import type { AlertingRule } from '../../src/model/alerting-rule.js'
import { SECOND_MS, type Interval } from '../../src/model/time.js'
import { matchRule } from '../../test/build-rule.js'
import type { RealTempo } from '../../test/peers/tempo.js'
import { cpuMsOf } from '../process-usage.js'
import { median, round } from '../quantile.js'

/** What a piece of work cost a Tempo. */
export interface Cost {
  readonly requests: number
  readonly tempoCpuMs: number
  readonly milliseconds: number
}

/** How many requests were made so far. */
export type CountRequests = () => Promise<number>

export async function costOf(
  tempo: RealTempo,
  countRequests: CountRequests,
  work: () => Promise<unknown>,
): Promise<Cost> {
  const before = { cpu: cpuMsOf(tempo.pid), at: performance.now(), requests: await countRequests() }
  await work()
  return {
    requests: (await countRequests()) - before.requests,
    tempoCpuMs: cpuMsOf(tempo.pid) - before.cpu,
    milliseconds: round(performance.now() - before.at),
  }
}

export function medianOf(costs: readonly Cost[]): Cost {
  const of = (pick: (cost: Cost) => number): number => round(median(costs.map(pick)))
  return {
    requests: of((cost) => cost.requests),
    tempoCpuMs: of((cost) => cost.tempoCpuMs),
    milliseconds: of((cost) => cost.milliseconds),
  }
}

/** One search for each rule, as somebody would write it who believes Tempo. */
export async function asWritten(
  tempo: RealTempo,
  rules: readonly AlertingRule[],
  { start, end }: Interval,
): Promise<void> {
  const window = { start: String(start / SECOND_MS), end: String(end / SECOND_MS) }
  for (const { expr } of rules) {
    const parameters = new URLSearchParams({ q: expr, ...window, limit: '50000' })
    await (await fetch(`${tempo.url}/api/search?${parameters.toString()}`)).arrayBuffer()
  }
}

/** A rule of each usual kind in turn, no two alike. */
export function buildRules(count: number): readonly AlertingRule[] {
  const services = ['front', 'cart', 'checkout', 'payment', 'db', 'mail']
  const kinds: readonly ((index: number) => string)[] = [
    (index) =>
      `{ resource.service.name = "${services[index % 6]}" && status = error && name != "x${index}" }`,
    (index) => `{ span.retries > ${3 + index} }`,
    (index) => `{ name = "op${index % 6}" && duration > ${1000 + index}ms }`,
    (index) => `{ span.tenant = "t${index}" && status = error }`,
    (index) => `{ ${500 + index} <= span.http.response.status_code && kind = server }`,
    (index) => `{ status = error } >> { span.db.system = "redis" && name != "y${index}" }`,
    (index) => `{ kind = client && duration > ${900 + index}ms } | count() > 2`,
    (index) => `{ !(status = error) && nestedSetParent < 0 && duration > ${1200 + index}ms }`,
    (index) =>
      `{ resource.service.name = "${services[index % 6]}" } && { status = error && span.tenant = "t${index % 20}" }`,
    (index) => `{ .tenant = "t${index % 20}" && duration > 1s }`,
  ]
  return Array.from({ length: count }, (_, index) =>
    matchRule((kinds[index % 10] ?? kinds[0])?.(index) ?? '{ }'),
  )
}

const SHOWN_WITHIN_MS = 120_000

/** Waits until a search over a window finds so many traces. Throws where that takes too long. */
export async function untilShown(tempo: RealTempo, window: Interval, traces: number): Promise<void> {
  const deadline = Date.now() + SHOWN_WITHIN_MS
  let shown = 0
  while (Date.now() < deadline) {
    shown = await countShown(tempo, window, 2 * traces)
    if (shown === traces) return
    await sleep(500)
  }
  throw new Error(`Tempo shows ${shown} traces of ${traces}`)
}

async function countShown(tempo: RealTempo, { start, end }: Interval, limit: number): Promise<number> {
  const window = { start: String(start / SECOND_MS - 1), end: String(end / SECOND_MS) }
  const parameters = new URLSearchParams({ ...window, limit: String(limit) })
  const answer: unknown = await (await fetch(`${tempo.url}/api/search?${parameters.toString()}`)).json()
  const isAnswer = typeof answer === 'object' && answer !== null && 'traces' in answer
  return isAnswer && Array.isArray(answer.traces) ? answer.traces.length : 0
}
