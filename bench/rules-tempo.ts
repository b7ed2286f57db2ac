/**
 * `node --import tsx bench/rules-tempo.ts`: what 1, 10 and 100 match rules on one window cost a real Tempo that takes in
 * 5,000 traces a minute: its requests and its processor time. First when they are measured together, when each is measured
 * alone, and when each is sent to Tempo as it is written, which gives some wrong verdicts. Then with late traces counted for
 * two minutes, where nothing is late, and where one in twenty is. Prints JSON; ends with 1 where the rules together cost
 * more than ten requests with nothing late, or come to other verdicts than alone, or than by searching everything again;
 * and with 3 where there is no Tempo. `--only late` or `--only together` measures one of the two.
 */
import { parseArgs } from 'node:util'
import { createMeasureAtSource } from '../src/detect/pushdown/measure-at-source.js'
import type { AlertingRule } from '../src/model/alerting-rule.js'
import type { MeasureRules, RuleMeasure } from '../src/model/rule-sample.js'
import { SourceError } from '../src/model/source-error.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../src/model/time.js'
import { createTempoSource } from '../src/source/tempo/source.js'
import { createSystemClock } from '../src/system-clock.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { noSpans } from '../src/telemetry/spans.js'
import { untraced } from '../src/telemetry/untraced.js'
import { findPeer } from '../test/peers/find-peer.js'
import { startRealTempo } from '../test/peers/tempo.js'
import { createTestLogger } from '../test/test-logger.js'
import { describeMachine } from './machine.js'
import { measureLateCosts, type BenchedTempo } from './rules/late-costs.js'
import { sendMinute } from './rules/send-minute.js'
import {
  asWritten,
  buildRules,
  costOf,
  medianOf,
  untilShown,
  type Cost,
  type CountRequests,
} from './rules/tempo-cost.js'
import { verdict } from './rules/verdict.js'

const RULES = [1, 10, 100]
const MOST_REQUESTS = 10
const TRACES = 5000
const ROUNDS = 5

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } },
})
const traces = values.quick ? 500 : TRACES
const rounds = values.quick ? 1 : ROUNDS

const { signal } = new AbortController()

/** Whether all was as it must be, and what it cost. */
interface Outcome {
  readonly isMet: boolean
  readonly figures: readonly object[]
}

/** Starts a Tempo for a piece of work, which is told a moment that just was. */
async function withTempo<T>(
  binary: string,
  work: (benched: BenchedTempo, at: Timestamp) => Promise<T>,
): Promise<T> {
  const kind = { quickToShow: true, quickToComplete: true, withoutLimits: true, takesOldSpans: true }
  const tempo = await startRealTempo(binary, kind)
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
    return await work({ tempo, source, countRequests }, at)
  } finally {
    await source.close()
    await tempo.stop()
  }
}

async function measureTogether(benched: BenchedTempo, at: Timestamp): Promise<Outcome> {
  const window = { start: at - MINUTE_MS, end: at }
  await sendMinute(benched.tempo.otlpUrl, { traces, ...window })
  await untilShown(benched.tempo, window, traces)
  const figures = []
  let isMet = true
  for (const count of RULES) {
    const figure = await measureRules(buildRules(count), benched, at)
    isMet &&= figure.differing.length === 0 && figure.together.requests <= MOST_REQUESTS
    figures.push(figure)
  }
  return { isMet, figures }
}

async function measureRules(rules: readonly AlertingRule[], benched: BenchedTempo, at: Timestamp) {
  const { tempo, source, countRequests } = benched
  const measure = createMeasureAtSource({ source })
  const [together, each] = [await measure(rules, at, signal), await alone(measure, rules, at)]
  const isMatching = (one: RuleMeasure | SourceError): boolean =>
    !(one instanceof SourceError) && one.samples.length > 0
  const window = { start: at - MINUTE_MS, end: at }
  const notCounted = async (): Promise<number> => 0
  return {
    rules: rules.length,
    matching: together.filter(isMatching).length,
    differing: rules.flatMap(({ expr }, index) =>
      verdict(together[index]) === verdict(each[index]) ? [] : [expr],
    ),
    together: await medianCost(() => costOf(tempo, countRequests, () => measure(rules, at, signal))),
    eachAlone: await medianCost(() => costOf(tempo, countRequests, () => alone(measure, rules, at))),
    eachAsWritten: await medianCost(() => costOf(tempo, notCounted, () => asWritten(tempo, rules, window))),
  }
}

async function medianCost(costs: () => Promise<Cost>): Promise<Cost> {
  const all: Cost[] = []
  for (let index = 0; index < rounds; index += 1) all.push(await costs())
  return medianOf(all)
}

async function alone(measure: MeasureRules, rules: readonly AlertingRule[], at: Timestamp) {
  const measures: (RuleMeasure | SourceError | undefined)[] = []
  for (const rule of rules) measures.push((await measure([rule], at, signal))[0])
  return measures
}

async function measureLate(benched: BenchedTempo, at: Timestamp): Promise<Outcome> {
  const figures = await measureLateCosts({ ...benched, at, traces, rules: RULES, rounds })
  const isMet = figures.every(
    ({ lateShare, differing, together }) =>
      differing === 0 && (lateShare > 0 || together.requests <= MOST_REQUESTS),
  )
  return { isMet, figures }
}

async function run(binary: string): Promise<number> {
  const [together, late] = [
    values.only === 'late' ? undefined : await withTempo(binary, measureTogether),
    values.only === 'together' ? undefined : await withTempo(binary, measureLate),
  ]
  const figures = { figures: together?.figures, late: late?.figures }
  console.log(JSON.stringify({ machine: describeMachine(), traces, rounds, ...figures }, null, 2))
  return (together?.isMet ?? true) && (late?.isMet ?? true) ? 0 : 1
}

const binary = findPeer('tempo')
if (binary === undefined) {
  console.error('skipped: no Tempo binary (set TEMPO_BIN)')
  process.exitCode = 3
} else {
  process.exitCode = await run(binary)
}
