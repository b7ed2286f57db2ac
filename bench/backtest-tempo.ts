/**
 * `node --import tsx bench/backtest-tempo.ts`: what a backtest of one hour with ten rules costs a real Tempo that holds
 * 18,000 traces of six spans of that hour: requests, seconds, and the processor time of both. Prints JSON; ends with 1
 * where two runs come to something else or an evaluation was not complete, and with 3 where there is no Tempo.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Interval } from '../src/model/time.js'
import { MINUTE_MS } from '../src/model/time.js'
import { backtestSource } from '../src/replay/backtest-source.js'
import { createTempoSource } from '../src/source/tempo/source.js'
import { createSystemClock } from '../src/system-clock.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { silentLogger } from '../src/telemetry/silent-logger.js'
import { noSpans } from '../src/telemetry/spans.js'
import { untraced } from '../src/telemetry/untraced.js'
import { matchRule, metricRule } from '../test/build-rule.js'
import { findPeer } from '../test/peers/find-peer.js'
import { startRealTempo } from '../test/peers/tempo.js'
import { describeMachine } from './machine.js'
import { cpuMsOf } from './process-usage.js'
import { round } from './quantile.js'
import { sendMinute } from './rules/send-minute.js'

const TRACES = 18_000
const SHOWN_WITHIN_MS = 120_000

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } })
const traces = values.quick ? 1800 : TRACES

const RULES = [
  matchRule('{ status = error }', { groupBy: ['resource.service.name'] }),
  matchRule('{ nestedSetParent < 0 && duration > 1s }'),
  matchRule('{ span.retries > 3 }', { threshold: 5 }),
  matchRule('{ status = error } >> { span.db.system = "redis" }'),
  matchRule('{ kind = client && duration > 900ms } | count() > 2'),
  matchRule('{ !(status = error) && kind = server && duration > 1200ms }'),
  metricRule('{ status = error } | rate() by (resource.service.name) > 0.5'),
  metricRule('({ status = error } | rate()) / ({ } | rate()) > 0.05'),
  metricRule('{ kind = server } | quantile_over_time(duration, .99) by (resource.service.name) > 1.4s'),
  metricRule('{ } | count_over_time() < 1'),
]

const binary = findPeer('tempo')
if (binary === undefined) {
  process.stderr.write('there is no Tempo binary (set TEMPO_BIN)\n')
  process.exit(3)
}
const tempo = await startRealTempo(binary, {
  quickToShow: true,
  quickToComplete: true,
  quickToList: true,
  takesOldSpans: true,
  withoutLimits: true,
})
try {
  const end = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
  const hour = { start: end - 60 * MINUTE_MS, end }
  const sent = await sendMinute(tempo.otlpUrl, { traces, ...hour })
  await untilCounted(hour, sent.spans)
  const [first, second] = [await run(hour), await run(hour)]
  const isSame = JSON.stringify(first.rules) === JSON.stringify(second.rules)
  console.log(
    JSON.stringify(
      { machine: describeMachine(), ...sent, isSame, runs: [first.cost, second.cost] },
      undefined,
      2,
    ),
  )
  if (!isSame || first.incomplete + second.incomplete > 0) process.exitCode = 1
} finally {
  await tempo.stop()
}

async function run(period: Interval) {
  const clock = createSystemClock({ keepAlive: true })
  const metrics = createMetrics()
  const config = { url: new URL(tempo.url), headers: {}, queryTimeoutMs: 30_000 }
  const source = createTempoSource({ config, clock, logger: silentLogger, metrics, spans: noSpans, untraced })
  const [cpuOfTempo, cpu, begun] = [cpuMsOf(tempo.pid), process.cpuUsage(), performance.now()]
  const { rules } = await backtestSource({
    groups: [{ name: 'shop', file: 'rules.yaml', intervalMs: MINUTE_MS / 2, rules: RULES }],
    source,
    period,
    onProgress: () => {},
    clock,
    signal: new AbortController().signal,
  })
  const own = process.cpuUsage(cpu)
  await source.close()
  const cost = {
    evaluations: rules[0]?.evaluations,
    requests: await requestsOf(metrics),
    seconds: round((performance.now() - begun) / 1000),
    tempoCpuSeconds: round((cpuMsOf(tempo.pid) - cpuOfTempo) / 1000),
    ownCpuSeconds: round((own.user + own.system) / 1e6),
    fired: rules.map(({ rule, firings }) => `${rule.expr}: ${firings.length}`),
  }
  return { rules, cost, incomplete: rules.reduce((sum, { failed, partial }) => sum + failed + partial, 0) }
}

async function requestsOf({ queryDuration }: ReturnType<typeof createMetrics>): Promise<number> {
  const { values: samples } = await queryDuration.get()
  return samples.find(({ metricName }) => metricName?.endsWith('_count') === true)?.value ?? 0
}

/** Waits until every span is counted. */
async function untilCounted({ start, end }: Interval, wanted: number): Promise<void> {
  const deadline = Date.now() + SHOWN_WITHIN_MS
  let counted = 0
  while (Date.now() < deadline) {
    const params = new URLSearchParams({
      q: '{ } | count_over_time() with (exemplars=false)',
      start: String(start / 1000),
      end: String(end / 1000),
      step: '60s',
    })
    const text = await (await fetch(`${tempo.url}/api/metrics/query_range?${params.toString()}`)).text()
    counted = [...text.matchAll(/"value":(\d+)/g)].reduce((sum, [, value]) => sum + Number(value), 0)
    if (counted === wanted) return
    await sleep(500)
  }
  throw new Error(`Tempo counts ${counted} spans of ${wanted}`)
}
