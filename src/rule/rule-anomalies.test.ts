import { describe, expect, it, vi } from 'vitest'
import { buildRuleGroup } from '../../test/build-rule-group.js'
import { buildFinding } from '../../test/build-finding.js'
import { toFindingSample } from '../detect/anomaly/to-finding-sample.js'
import { anomalyRule, matchRule, metricRule } from '../../test/build-rule.js'
import { createTestClock } from '../../test/test-clock.js'
import { createTestLogger } from '../../test/test-logger.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import type { Finding } from '../model/finding.js'
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

describe('the anomalies of a rule on what is unlike normal', () => {
  function setUpFindings(parts: Parameters<typeof anomalyRule>[0] = {}) {
    let samples: RuleMeasure['samples'] = []
    let hasData = true
    const run = createRuleGroup({
      group: buildRuleGroup({ rules: [anomalyRule(parts)] }),
      measure: async (_rules, at) => [
        { window: { start: at - MINUTE_MS, end: at }, samples, completeness: 'complete', hasData },
      ],
      render: (template) => template,
      store: createMemoryRuleStore(),
      onAlerts: () => {},
      clock: createTestClock(T0),
      logger: createTestLogger(),
      metrics: createMetrics(),
    })
    const anomalies = createRuleAnomalies(() => 9)
    const evaluate = async (minute: number, findings: readonly Finding[] | 'no data') => {
      hasData = findings !== 'no data'
      samples = findings === 'no data' ? [] : findings.map(toFindingSample)
      return anomalies.find(await run.evaluate(T0 + minute * MINUTE_MS, signal))
    }
    return { evaluate, run }
  }

  it('are one when its alert begins to fire, with what was found and its newest trace', async () => {
    const { evaluate } = setUpFindings()
    const finding = buildFinding({}, ['new', 'old'])
    const { anomalies, told } = await evaluate(0, [finding])
    expect(anomalies).toMatchObject([
      {
        type: 'rule',
        rule: 'Unusual',
        service: 'payment',
        trace: { traceId: 'new' },
        affectedTraces: 2,
        totalTraces: 9,
      },
    ])
    expect(anomalies[0]?.finding).toBe(finding)
    expect(told).toEqual([])
    expect((await evaluate(1, [buildFinding({}, ['newer'])])).anomalies).toEqual([])
    expect((await evaluate(2, [])).anomalies).toEqual([])
    expect((await evaluate(3, [finding])).anomalies).toHaveLength(1)
  })

  it('have what was found when the alert fires, not when it began to be pending', async () => {
    const { evaluate } = setUpFindings({ forMs: MINUTE_MS })
    expect((await evaluate(0, [buildFinding({ sentence: 'first' })])).anomalies).toEqual([])
    const { anomalies } = await evaluate(1, [buildFinding({ sentence: 'then' })])
    expect(anomalies.map(({ finding }) => finding?.sentence)).toEqual(['then'])
  })

  it('are one for each service that is to blame', async () => {
    const { evaluate } = setUpFindings()
    const both = [buildFinding(), buildFinding({ service: 'stock', signal: 'errors' })]
    expect((await evaluate(0, both)).anomalies.map(({ service }) => service)).toEqual(['payment', 'stock'])
  })

  it('tell also that the rule cannot see, of which nothing was found', async () => {
    const { evaluate } = setUpFindings({ noData: 'alerting' })
    expect((await evaluate(0, 'no data')).anomalies).toMatchObject([{ rule: 'Unusual', finding: undefined }])
  })

  it('know nothing any more once all is normal', async () => {
    const { evaluate, run } = setUpFindings()
    await evaluate(0, [buildFinding()])
    expect(run.status().rules[0]?.findings.size).toBe(1)
    await evaluate(1, [])
    expect(run.status().rules[0]?.findings.size).toBe(0)
  })
})
