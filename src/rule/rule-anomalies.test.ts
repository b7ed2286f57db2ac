import { describe, expect, it, vi } from 'vitest'
import { buildRuleGroup } from '../../test/build-rule-group.js'
import { matchRule, metricRule } from '../../test/build-rule.js'
import { createTestClock } from '../../test/test-clock.js'
import { createTestLogger } from '../../test/test-logger.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import type { RuleMeasure } from '../model/rule-sample.js'
import { MINUTE_MS } from '../model/time.js'
import { createMemoryRuleStore } from '../store/memory-rule-store.js'
import { createMetrics } from '../telemetry/metrics.js'
import { createRuleAnomalies } from './rule-anomalies.js'
import { createRuleGroup } from './rule-group.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const { signal } = new AbortController()

/** A rule whose instances are found in these traces, and what is told after each evaluation. */
function setUp(rule: AlertingRule, countTraces = (): number => 100) {
  let instances: Readonly<Record<string, readonly string[]>> = {}
  const measure = (at: number): RuleMeasure => ({
    window: { start: at - MINUTE_MS, end: at },
    samples: Object.entries(instances).map(([service, traceIds]) => ({
      labels: new Map([['service', service]]),
      value: traceIds.length,
      holds: true,
      exemplars: traceIds.map((traceId) => ({
        traceId,
        rootServiceName: service,
        rootSpanName: 'GET /cart',
        start: at,
        durationMs: 1,
        failedServices: [],
      })),
    })),
    completeness: 'complete',
    hasData: true,
  })
  const run = createRuleGroup({
    group: buildRuleGroup({ rules: [rule] }),
    measure: async (_rules, at) => [measure(at)],
    render: (template) => template,
    store: createMemoryRuleStore(),
    onAlerts: () => {},
    clock: createTestClock(T0),
    logger: createTestLogger(),
    metrics: createMetrics(),
  })
  const anomalies = createRuleAnomalies(countTraces)
  const evaluate = async (minute: number, found: typeof instances) => {
    instances = found
    return anomalies.find(await run.evaluate(T0 + minute * MINUTE_MS, signal))
  }
  return { anomalies, evaluate, run }
}

const many = (count: number, prefix = 't'): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`)

const idsOf = (found: {
  readonly anomalies: readonly { readonly trace?: { readonly traceId: string } | undefined }[]
}) => found.anomalies.map(({ trace }) => trace?.traceId)

describe('the anomalies of rules', () => {
  it('are all traces that match, each once, though an alert shows but ten', async () => {
    const { evaluate, run } = setUp(matchRule('{ }'))
    const first = await evaluate(0, { shop: many(50), web: ['w'] })
    expect(idsOf(first)).toEqual([...many(50), 'w'])
    expect(first.told).toHaveLength(51)
    expect(first.anomalies[0]).toMatchObject({ affectedTraces: 50, totalTraces: 100, service: 'shop' })
    const [alert] = run.status().rules[0]?.alerts.values() ?? []
    expect(alert?.exemplars).toHaveLength(10)
    expect(idsOf(await evaluate(1, { shop: [...many(50), 'new'], web: ['w'] }))).toEqual(['new'])
  })

  it('are told once an alert fires, not while it is pending', async () => {
    const { evaluate } = setUp(matchRule('{ }', { forMs: MINUTE_MS }))
    expect(idsOf(await evaluate(0, { shop: ['a'] }))).toEqual([])
    expect(idsOf(await evaluate(1, { shop: ['a', 'b'] }))).toEqual(['a', 'b'])
  })

  it('are one for each alert of a metric rule that begins to fire', async () => {
    const { evaluate } = setUp(metricRule('{ } | rate() > 1'))
    expect(idsOf(await evaluate(0, { shop: ['a', 'b'] }))).toEqual(['a'])
    expect(idsOf(await evaluate(1, { shop: ['c'], web: ['d'] }))).toEqual(['d'])
    expect((await evaluate(2, { shop: ['e'] })).told).toEqual([])
  })

  it('are found again where they could not be kept', async () => {
    const { anomalies, evaluate } = setUp(matchRule('{ }'))
    const found = await evaluate(0, { shop: ['a', 'b'] })
    anomalies.forget(found.told.slice(1))
    expect(idsOf(await evaluate(1, { shop: ['a', 'b'] }))).toEqual(['b'])
  })

  it('count the traffic once for all alerts, and not where nothing is told', async () => {
    const countTraces = vi.fn<() => number>(() => 7)
    const { evaluate } = setUp(matchRule('{ }'), countTraces)
    const found = Object.fromEntries(many(100).map((service) => [service, [`${service}-trace`]]))
    expect((await evaluate(0, found)).anomalies.map(({ totalTraces }) => totalTraces)).toEqual(
      Array(100).fill(7),
    )
    await evaluate(1, found)
    expect(countTraces).toHaveBeenCalledTimes(1)
  })
})
