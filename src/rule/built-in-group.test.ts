import { describe, expect, it } from 'vitest'
import { matchRule } from '../../test/build-rule.js'
import { buildRuleGroup } from '../../test/build-rule-group.js'
import { createTestClock } from '../../test/test-clock.js'
import { createTestLogger } from '../../test/test-logger.js'
import type { AnomalyType } from '../model/anomaly.js'
import type { Measured, MatchesMeasured } from '../model/detector.js'
import { SourceError } from '../model/source-error.js'
import type { TraceMatch } from '../model/trace-match.js'
import { createMemoryRuleStore } from '../store/memory-rule-store.js'
import { createMetrics } from '../telemetry/metrics.js'
import { createBuiltInGroup } from './built-in-group.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const TYPES = ['high_latency', 'error_status', 'high_error_rate'] as const satisfies readonly AnomalyType[]

function setUp(completeSince?: () => number) {
  const group = createBuiltInGroup({
    group: buildRuleGroup({ rules: TYPES.map((alert) => matchRule('{ }', { alert })) }),
    errorRateThreshold: 0.05,
    completeSince,
    render: (template) => template,
    store: createMemoryRuleStore(),
    onAlerts: () => {},
    clock: createTestClock(T0),
    logger: createTestLogger(),
    metrics: createMetrics(),
  })
  /** What the rules come to after a check that measured this. */
  return async (
    at: number,
    measures: Partial<Record<AnomalyType, Measured | SourceError>>,
    failures: readonly SourceError[] = [],
  ) => {
    const found = TYPES.flatMap((type) => (measures[type] ? [[type, measures[type]] as const] : []))
    await group.note({ at, anomalies: [], failures, measures: new Map(found) })
    return new Map(
      group.status().rules.map(({ rule, verdict, lastError, alerts }) => [
        rule.alert,
        {
          verdict,
          lastError,
          alerts: [...alerts.values()].map(({ state, value, labels, exemplars }) => ({
            state,
            value,
            root: `${labels.get('rootServiceName') ?? ''} ${labels.get('rootName') ?? ''}`.trim(),
            traces: exemplars.map(({ traceId }) => traceId),
          })),
        },
      ]),
    )
  }
}

const match = (traceId: string, fields: Partial<TraceMatch> = {}): TraceMatch => ({
  traceId,
  rootServiceName: 'shop',
  rootSpanName: 'GET /cart',
  start: T0 - 10_000,
  durationMs: 1500,
  failedServices: [],
  ...fields,
})

const matches = (found: readonly TraceMatch[], fields: Partial<MatchesMeasured> = {}): MatchesMeasured => ({
  kind: 'matches',
  matches: found,
  window: { start: T0 - 180_000, end: T0 },
  dueSince: T0 - 120_000,
  sampled: false,
  population: { traceIds: new Set(found.map(({ traceId }) => traceId)), since: T0 - 60_000, sampled: false },
  ...fields,
})

const share = (affected: number, total: number, sampled = false): Measured => ({
  kind: 'share',
  affected,
  total,
  window: { start: T0 - 60_000, end: T0 },
  sampled,
})

const FINE = { high_latency: matches([]), error_status: matches([]), high_error_rate: share(0, 100) }
const DOWN = new SourceError('Tempo is down', { reason: 'transient' })

describe('createBuiltInGroup', () => {
  it('has an alert for each root with wrong traces, with the newest of them', async () => {
    const check = setUp()
    const rules = await check(T0, {
      ...FINE,
      high_latency: matches([
        match('a'),
        match('b', { start: T0 - 5000 }),
        match('c', { rootSpanName: 'GET /pay' }),
        match('d', { rootServiceName: undefined, rootSpanName: undefined, start: undefined }),
        match('old', { start: T0 - 62_000 }),
      ]),
    })
    expect(rules.get('high_latency')).toEqual({
      verdict: 'firing',
      lastError: undefined,
      alerts: [
        { state: 'firing', value: 2, root: 'shop GET /cart', traces: ['b', 'a'] },
        { state: 'firing', value: 1, root: 'shop GET /pay', traces: ['c'] },
        { state: 'firing', value: 1, root: '', traces: ['d'] },
      ],
    })
    expect(rules.get('error_status')).toMatchObject({ verdict: 'no data', alerts: [] })
  })

  it('has an alert while the share of failed traces is too high, with failed traces, and ends it after', async () => {
    const check = setUp()
    const failed = { ...FINE, error_status: matches([match('e')]) }
    expect(
      (await check(T0, { ...failed, high_error_rate: share(5, 100) })).get('high_error_rate'),
    ).toMatchObject({
      verdict: 'normal',
      alerts: [],
    })
    expect(
      (await check(T0 + 1, { ...failed, high_error_rate: share(6, 100) })).get('high_error_rate'),
    ).toMatchObject({
      verdict: 'firing',
      alerts: [{ state: 'firing', value: 0.06, traces: ['e'] }],
    })
    expect((await check(T0 + 2, FINE)).get('high_error_rate')).toMatchObject({
      verdict: 'normal',
      alerts: [{ state: 'inactive' }],
    })
  })

  it('ends no alert by traces that are not there since a restart', async () => {
    const check = setUp(() => T0 + 10_000)
    await check(T0, { ...FINE, high_error_rate: share(6, 100) })
    expect((await check(T0 + 20_000, FINE)).get('high_error_rate')).toMatchObject({
      verdict: 'partial',
      alerts: [{ state: 'firing' }],
    })
    const later = {
      ...FINE,
      high_error_rate: { ...share(0, 100), window: { start: T0 + 20_000, end: T0 + 80_000 } },
    }
    expect((await check(T0 + 80_000, later)).get('high_error_rate')).toMatchObject({
      verdict: 'normal',
      alerts: [{ state: 'inactive' }],
    })
  })

  it.each<[string, Partial<Record<AnomalyType, Measured | SourceError>>, string, string | undefined]>([
    ['its measure failed', { ...FINE, error_status: DOWN }, 'error', 'Tempo is down'],
    ['nothing could be asked', {}, 'error', 'Tempo is down'],
    ['only a part came', { ...FINE, error_status: matches([], { failure: DOWN }) }, 'partial', undefined],
    ['only a sample came', { ...FINE, error_status: matches([], { sampled: true }) }, 'partial', undefined],
  ])('ends no alert where %s', async (_, measures, verdict, lastError) => {
    const check = setUp()
    await check(T0, { ...FINE, error_status: matches([match('e')]) })
    expect((await check(T0 + 30_000, measures, [DOWN])).get('error_status')).toEqual({
      verdict,
      lastError,
      alerts: [{ state: 'firing', value: 1, root: 'shop GET /cart', traces: ['e'] }],
    })
  })
})
