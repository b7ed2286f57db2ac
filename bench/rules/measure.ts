/**
 * Measures rules over an embedded window, in a process of its own: compiled, and on one core, as `bench/rules.ts` starts it.
 * Prints JSON.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadRules } from '../../src/config/rules/load-rules.js'
import { check, compile, parse } from '../../src/traceql/index.js'
import type { AlertingRule } from '../../src/model/alerting-rule.js'
import { SourceError } from '../../src/model/source-error.js'
import { MINUTE_MS } from '../../src/model/time.js'
import { createMetrics } from '../../src/telemetry/metrics.js'
import { createMeasureHere } from '../../src/detect/measure-here.js'
import { createTraceWindow } from '../../src/source/window/trace-window.js'
import { describeMachine } from '../machine.js'
import { median, round } from '../quantile.js'
import { fillWindow } from './fill-window.js'
import { RULES_A_SHOP, rulesOfAll, rulesOfShop } from './rule-set.js'

const TRACES = 100_000
const RULES = 1000
const HELD_MS = 10 * MINUTE_MS
const WINDOW_BYTES = 2 ** 30
const ROUNDS = 5
/** Rules that are evaluated each by itself, for comparison. */
const ALONE = 20

interface Result {
  readonly what: string
  readonly rules: number
  readonly traces: number
  readonly cpuMsPerRound: number
  readonly firstRoundCpuMs: number
  readonly evaluationsPerSecond: number
  readonly holding: number
}

const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS
const clock = { now: () => now, sleepUntil: () => new Promise<void>(() => undefined) }
const window = createTraceWindow({ maxBytes: WINDOW_BYTES, maxAgeMs: 1e15, clock, metrics: createMetrics() })

const quick = process.argv.includes('--quick')
const traces = quick ? TRACES / 20 : TRACES
const shops = (RULES / RULES_A_SHOP) | 0
const spans = fillWindow({ window, traces, shops, start: now - HELD_MS, end: now })

function rulesFor(windowMs: number): readonly AlertingRule[] {
  const all = rulesOfAll(windowMs)
  const own = Array.from({ length: shops }, (_, shop) => rulesOfShop(shop, windowMs)).flat()
  return [...own.slice(0, RULES - all.length), ...all]
}

async function measure(what: string, rules: readonly AlertingRule[], together: boolean): Promise<Result> {
  const measureRules = createMeasureHere({
    traces: { ...window, completeSince: () => 0 },
    freshness: () => ({ lagMs: 0, known: true }),
    latenessMs: 5 * MINUTE_MS,
  })
  const { signal } = new AbortController()
  const costs: number[] = []
  let holding = 0
  for (let index = 0; index <= ROUNDS; index += 1) {
    const before = process.cpuUsage()
    holding = 0
    for (const some of together ? [rules] : rules.map((rule) => [rule])) {
      for (const measured of await measureRules(some, now, signal)) {
        if (measured instanceof SourceError) throw measured
        holding += measured.samples.filter(({ holds }) => holds).length
      }
    }
    const { user, system } = process.cpuUsage(before)
    costs.push((user + system) / 1000)
  }
  const [first = 0, ...others] = costs
  const cost = median(others)
  return {
    what,
    rules: rules.length,
    traces: window.countWithin({ start: now - (rules[0]?.windowMs ?? 0), end: now }),
    cpuMsPerRound: round(cost),
    firstRoundCpuMs: round(first),
    evaluationsPerSecond: round((1000 * rules.length) / cost),
    holding,
  }
}

/** A file with these rules, as people write one. */
function writeRules(rules: readonly AlertingRule[]): string {
  const lines = rules.flatMap((rule, index) => [
    `      - alert: Rule${index}`,
    `        expr: |`,
    `          ${rule.expr}`,
    `        for: 5m`,
    ...(rule.kind === 'match' ? [`        threshold: ${rule.threshold}`] : []),
    `        labels: {severity: page, team: shop}`,
    `        annotations:`,
    `          summary: '{{ $labels.rootServiceName }} is at {{ $value }}'`,
  ])
  return ['groups:', '  - name: shop', '    interval: 1m', '    rules:', ...lines, ''].join('\n')
}

function loadTime(rules: readonly AlertingRule[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'tracebell-bench-'))
  try {
    writeFileSync(join(folder, 'rules.yaml'), writeRules(rules))
    const before = process.cpuUsage()
    const loaded = loadRules(['rules.yaml'], { folder, intervalMs: MINUTE_MS })
    const { user, system } = process.cpuUsage(before)
    if (loaded.faults.length > 0) throw new Error(loaded.faults.map(({ problem }) => problem).join('; '))
    return round((user + system) / 1000)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function compileTime(rules: readonly AlertingRule[]): number {
  const before = process.cpuUsage()
  for (const { expr } of rules) compile(check(parse(expr)))
  const { user, system } = process.cpuUsage(before)
  return round((user + system) / 1000)
}

const everything = rulesFor(HELD_MS)
const results = [
  await measure('all that is held', everything, true),
  await measure('the last minute of ten', rulesFor(MINUTE_MS), true),
  await measure(
    'all that is held, each rule by itself',
    everything.filter((_, index) => index % (RULES / ALONE) === 0),
    false,
  ),
]
console.log(
  JSON.stringify(
    {
      bench: 'rules',
      machine: describeMachine(),
      quick,
      held: { traces, spans },
      loadMs: loadTime(everything),
      compileMs: compileTime(everything),
      results,
    },
    undefined,
    2,
  ),
)
