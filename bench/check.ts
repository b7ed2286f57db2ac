/**
 * `npm run bench:check`: what one check costs, over 100 and over 10,000 traces, against a local server in a process of
 * its own, so that only tracebell's own work is counted. Prints JSON.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createBuiltInRules } from '../src/built-in-rules.js'
import { readConfig } from '../src/config/read-config.js'
import { createPlanner } from '../src/detect/planner.js'
import { createCheck } from '../src/rule/check.js'
import { createTempoSource } from '../src/source/tempo/source.js'
import { createLogger } from '../src/telemetry/create-logger.js'
import { createMetrics } from '../src/telemetry/metrics.js'
import { noSpans } from '../src/telemetry/spans.js'
import { untraced } from '../src/telemetry/untraced.js'

const SIZES = [100, 10_000]
const WARM_UP_CHECKS = 300
const CHECKS = { 100: 1000, 10_000: 40 } as Readonly<Record<number, number>>
const INTERVAL_MS = 30_000

interface Result {
  readonly traces: number
  readonly checks: number
  readonly cpuMsPerCheck: number
  readonly wallMsPerCheck: number
  readonly retainedBytes: number
  readonly anomalies: number
}

async function measure(traces: number): Promise<Result> {
  const server = fork(new URL('./check-server.ts', import.meta.url), [String(traces)], {
    execArgv: ['--import', 'tsx'],
  })
  try {
    const [url]: unknown[] = await once(server, 'message')
    return await measureAgainst(String(url), traces)
  } finally {
    server.kill()
  }
}

async function measureAgainst(url: string, traces: number): Promise<Result> {
  let now = Date.now()
  const clock = { now: () => now, sleepUntil: () => new Promise<void>(() => undefined) }
  const metrics = createMetrics()
  const logger = createLogger({ level: 'silent', format: 'text', clock, destinations: [], metrics })
  const { tempo, alerting } = readConfig({ TEMPO_ENABLED: 'true', TEMPO_URL: url })
  const source = createTempoSource({ config: tempo, clock, logger, metrics, spans: noSpans, untraced })
  const check = createCheck({
    rules: createBuiltInRules({ alerting, metrics, at: Date.now() }).rules,
    freshness: (at, signal) => source.freshness(at, signal),
    query: createPlanner({ source, metrics }),
  })
  let anomalies = 0
  async function run(count: number): Promise<void> {
    for (let each = 0; each < count; each += 1) {
      const { signal } = new AbortController()
      const outcome = await check(now, signal)
      if (outcome.failures.length > 0) throw new Error(outcome.failures[0]?.message)
      anomalies += outcome.anomalies.length
      now += INTERVAL_MS
    }
  }
  await run(WARM_UP_CHECKS)
  const before = heapUsed()
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  const checks = CHECKS[traces] ?? 100
  await run(checks)
  const { user, system } = process.cpuUsage(cpu)
  const wallMs = performance.now() - startedAt
  const retainedBytes = heapUsed() - before
  await source.close()
  const round = (value: number): number => Math.round(value * 100) / 100
  return {
    traces,
    checks,
    cpuMsPerCheck: round((user + system) / 1000 / checks),
    wallMsPerCheck: round(wallMs / checks),
    retainedBytes,
    anomalies,
  }
}

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc, as `npm run bench:check` does')
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const results: Result[] = []
for (const traces of SIZES) results.push(await measure(traces))
console.log(JSON.stringify({ bench: 'check', node: process.version, results }, undefined, 2))
