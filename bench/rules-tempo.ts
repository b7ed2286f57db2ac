/**
 * `node --import tsx bench/rules-tempo.ts`: what 1, 10 and 100 match rules on one window cost a real Tempo that holds 5,000
 * traces of that minute: its requests and its processor time, when they are measured together, when each is measured
 * alone, and when each is sent to Tempo as it is written, which gives some wrong verdicts. Prints JSON; ends with 1 where
 * the rules together cost more than ten requests or come to other verdicts than alone, and with 3 where there is no Tempo.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createMeasureAtSource } from '../src/detect/pushdown/measure-at-source.js'
import type { AlertingRule } from '../src/model/alerting-rule.js'
import { toFingerprint } from '../src/model/label-set.js'
import type { MeasureRules, RuleMeasure } from '../src/model/rule-sample.js'
import { SourceError } from '../src/model/source-error.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../src/model/time.js'
import { createTempoSource } from '../src/source/tempo/source.js'
import { createSystemClock } from '../src/system-clock.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { noSpans } from '../src/telemetry/spans.js'
import { untraced } from '../src/telemetry/untraced.js'
import { matchRule } from '../test/build-rule.js'
import { findPeer } from '../test/peers/find-peer.js'
import { startRealTempo, type RealTempo } from '../test/peers/tempo.js'
import { createTestLogger } from '../test/test-logger.js'
import { describeMachine } from './machine.js'
import { cpuMsOf } from './process-usage.js'
import { median, round } from './quantile.js'
import { sendMinute } from './rules/send-minute.js'

const RULES = [1, 10, 100]
const MOST_REQUESTS = 10
const TRACES = 5000
const ROUNDS = 5
const SHOWN_WITHIN_MS = 120_000

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const traces = values.quick ? 500 : TRACES
const rounds = values.quick ? 1 : ROUNDS

/** A rule of each usual kind in turn, no two alike. */
function buildRules(count: number): readonly AlertingRule[] {
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

interface Cost {
  readonly requests: number
  readonly tempoCpuMs: number
  readonly milliseconds: number
}

/** How many requests were made so far. */
type CountRequests = () => Promise<number>

async function costOf(
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

async function medianCost(costs: () => Promise<Cost>): Promise<Cost> {
  const all: Cost[] = []
  for (let index = 0; index < rounds; index += 1) all.push(await costs())
  const of = (pick: (cost: Cost) => number): number => round(median(all.map(pick)))
  return {
    requests: of((cost) => cost.requests),
    tempoCpuMs: of((cost) => cost.tempoCpuMs),
    milliseconds: of((cost) => cost.milliseconds),
  }
}

const { signal } = new AbortController()

async function alone(measure: MeasureRules, rules: readonly AlertingRule[], at: Timestamp) {
  const measures: (RuleMeasure | SourceError | undefined)[] = []
  for (const rule of rules) measures.push((await measure([rule], at, signal))[0])
  return measures
}

/** One search for each rule, as somebody would write it who believes Tempo. */
async function asWritten(tempo: RealTempo, rules: readonly AlertingRule[], at: Timestamp): Promise<void> {
  for (const { expr } of rules) {
    const window = { start: String(at / SECOND_MS - 60), end: String(at / SECOND_MS) }
    const parameters = new URLSearchParams({ q: expr, ...window, limit: '10000' })
    await (await fetch(`${tempo.url}/api/search?${parameters.toString()}`)).arrayBuffer()
  }
}

/** What must be the same, however rules are measured. */
function verdict(measured: RuleMeasure | SourceError | undefined): string {
  if (measured === undefined || measured instanceof SourceError) return String(measured)
  const samples = measured.samples.map(({ labels, value, holds }) =>
    JSON.stringify([toFingerprint(labels), value, holds]),
  )
  return JSON.stringify([measured.completeness, ...samples.sort()])
}

async function untilShown(tempo: RealTempo, at: Timestamp): Promise<void> {
  const deadline = Date.now() + SHOWN_WITHIN_MS
  let shown = 0
  while (Date.now() < deadline) {
    const parameters = new URLSearchParams({
      start: String(at / SECOND_MS - 61),
      end: String(at / SECOND_MS),
      limit: String(2 * traces),
    })
    const answer: unknown = await (await fetch(`${tempo.url}/api/search?${parameters.toString()}`)).json()
    shown =
      typeof answer === 'object' && answer !== null && 'traces' in answer && Array.isArray(answer.traces)
        ? answer.traces.length
        : 0
    if (shown === traces) return
    await sleep(500)
  }
  throw new Error(`Tempo shows ${shown} traces of ${traces}`)
}

async function run(binary: string): Promise<number> {
  const tempo = await startRealTempo(binary, {
    quickToShow: true,
    quickToComplete: true,
    withoutLimits: true,
  })
  const metrics = createMetrics()
  const countRequests: CountRequests = async () => {
    const { values: counted } = await metrics.queryDuration.get()
    return counted.find(({ metricName }) => metricName?.endsWith('_count') === true)?.value ?? 0
  }
  const source = createTempoSource({
    config: { url: new URL(tempo.url), headers: {}, queryTimeoutMs: 30_000 },
    clock: createSystemClock({ keepAlive: true }),
    logger: createTestLogger(),
    metrics,
    spans: noSpans,
    untraced,
    lagMs: 0,
  })
  try {
    const at = Math.floor(Date.now() / (15 * SECOND_MS)) * 15 * SECOND_MS
    const sent = await sendMinute(tempo.otlpUrl, { traces, start: at - MINUTE_MS, end: at })
    await untilShown(tempo, at)
    const measure = createMeasureAtSource({ source })
    const figures = []
    let isMet = true
    for (const count of RULES) {
      const rules = buildRules(count)
      const [together, each] = [await measure(rules, at, signal), await alone(measure, rules, at)]
      const differing = rules.filter((_, index) => verdict(together[index]) !== verdict(each[index]))
      const matching = together.filter(
        (one) => !(one instanceof SourceError) && one.samples.length > 0,
      ).length
      const joined = await medianCost(() => costOf(tempo, countRequests, () => measure(rules, at, signal)))
      isMet &&= differing.length === 0 && joined.requests <= MOST_REQUESTS
      figures.push({
        rules: count,
        matching,
        differing: differing.map(({ expr }) => expr),
        together: joined,
        eachAlone: await medianCost(() => costOf(tempo, countRequests, () => alone(measure, rules, at))),
        eachAsWritten: await medianCost(() =>
          costOf(
            tempo,
            async () => 0,
            () => asWritten(tempo, rules, at),
          ),
        ),
      })
    }
    console.log(JSON.stringify({ machine: describeMachine(), ...sent, rounds, figures }, null, 2))
    return isMet ? 0 : 1
  } finally {
    await source.close()
    await tempo.stop()
  }
}

const binary = findPeer('tempo')
if (binary === undefined) {
  console.error('skipped: no Tempo binary (set TEMPO_BIN)')
  process.exitCode = 3
} else {
  process.exitCode = await run(binary)
}
