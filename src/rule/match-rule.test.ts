import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Anomaly } from '../model/anomaly.js'
import type { Detector, MatchesMeasured, Population } from '../model/detector.js'
import type { TraceMatch } from '../model/trace-match.js'
import { createMetrics } from '../telemetry/metrics.js'
import { createMatchRule, type MatchRuleOptions } from './match-rule.js'
import { createToldTraces } from './told-traces.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const WINDOW = { start: T0 - 180_000, end: T0 }
const DUE_SINCE = T0 - 150_000

const detector: Detector = {
  ask: () => [],
  measure: () => {
    throw new Error('not measured here')
  },
}

function setUp(type: MatchRuleOptions['type'] = 'high_latency', ownService?: string) {
  const metrics = createMetrics()
  const told = createToldTraces({ keepMs: 3_600_000, maxTraces: 1000, metrics })
  const rule = createMatchRule({ type, detector, told, ownService, metrics })
  const counts = async () => ({
    outside: (await metrics.outsideWindow.get()).values[0]?.value,
    late: (await metrics.lateTraces.get()).values.find(({ labels }) => labels.type === type)?.value ?? 0,
  })
  return { rule, counts }
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

const among = (traceIds: readonly string[], sampled = false): Population => ({
  traceIds: new Set(traceIds),
  since: WINDOW.start,
  sampled,
})

const measured = (
  matches: readonly TraceMatch[],
  fields: Partial<MatchesMeasured> = {},
): MatchesMeasured => ({
  kind: 'matches',
  matches,
  window: WINDOW,
  dueSince: DUE_SINCE,
  sampled: false,
  population: among(matches.map(({ traceId }) => traceId)),
  ...fields,
})

const idsOf = (anomalies: readonly Anomaly[]): string[] =>
  anomalies.map((anomaly) => ('traceId' in anomaly ? anomaly.traceId : 'none'))

describe('createMatchRule', () => {
  it('does not tell of the traces of its own service, where that is exported', () => {
    const traces = measured([match('a', { rootServiceName: 'tracebell' }), match('b')])
    expect(idsOf(setUp('high_latency', 'tracebell').rule.judge(traces, T0))).toEqual(['b'])
    expect(idsOf(setUp().rule.judge(traces, T0))).toEqual(['a', 'b'])
  })

  it('tells of a slow trace with its duration', () => {
    const population = among(['a', 'b', 'c'])
    expect(setUp().rule.judge(measured([match('a')], { population }), T0)).toEqual([
      {
        type: 'high_latency',
        traceId: 'a',
        spanName: 'GET /cart',
        serviceName: 'shop',
        at: T0,
        affectedTraces: 1,
        totalTraces: 3,
        sampled: false,
        durationMs: 1500,
      },
    ])
  })

  it('tells of a failed trace with the services that failed', () => {
    const failed = match('a', { failedServices: ['payment', 'shop'] })
    expect(setUp('error_status').rule.judge(measured([failed]), T0)).toEqual([
      {
        type: 'error_status',
        traceId: 'a',
        spanName: 'GET /cart',
        serviceName: 'shop',
        at: T0,
        affectedTraces: 1,
        totalTraces: 1,
        sampled: false,
        errorMessage: 'Trace contains error status',
        failedServices: ['payment', 'shop'],
      },
    ])
  })

  it('has words for a root span that has not been received', () => {
    const rootless = match('a', { rootServiceName: undefined, rootSpanName: undefined })
    expect(setUp().rule.judge(measured([rootless]), T0)).toMatchObject([
      { spanName: '<root span not yet received>', serviceName: undefined },
    ])
  })

  it('keeps a span name as it is, however odd', () => {
    for (const rootSpanName of ['', '\n', '__proto__', '🔔', 'x'.repeat(10_000)]) {
      expect(setUp().rule.judge(measured([match('a', { rootSpanName })]), T0)).toMatchObject([
        { spanName: rootSpanName },
      ])
    }
  })

  it('tells each trace once, however often it is found', () => {
    const { rule } = setUp()
    expect(idsOf(rule.judge(measured([match('a'), match('b'), match('a')]), T0))).toEqual(['a', 'b'])
    expect(idsOf(rule.judge(measured([match('b'), match('c'), match('a')]), T0 + 30_000))).toEqual(['c'])
    expect(idsOf(rule.judge(measured([]), T0 + 60_000))).toEqual([])
    expect(idsOf(rule.judge(measured([match('a', { durationMs: 9000 })]), T0 + 90_000))).toEqual([])
  })

  it('tells a trace that another rule has told of', () => {
    const [one, other] = [setUp(), setUp('error_status')]
    expect(idsOf(one.rule.judge(measured([match('a')]), T0))).toEqual(['a'])
    expect(idsOf(other.rule.judge(measured([match('a')]), T0))).toEqual(['a'])
  })

  it.each<[string, readonly string[], number]>([
    ['those counted, where it is among them', ['a', 'b'], 2],
    ['it and those counted, where it is newer than they', ['b', 'c'], 3],
    ['it alone, where nothing was counted', [], 1],
  ])('counts it among %s', (_, counted, totalTraces) => {
    const [anomaly] = setUp().rule.judge(measured([match('a')], { population: among(counted) }), T0)
    expect(anomaly).toMatchObject({ affectedTraces: 1, totalTraces })
  })

  it.each([
    [false, false, false],
    [true, false, true],
    [false, true, true],
    [true, true, true],
  ])('says so where matches (%j) or population (%j) are a sample: %j', (sampled, populationSampled, said) => {
    const shown = measured([match('a')], { sampled, population: among(['a'], populationSampled) })
    expect(setUp().rule.judge(shown, T0)).toMatchObject([{ sampled: said }])
  })

  it.each<[string, Partial<TraceMatch>, { outside: number; late: number }]>([
    ['in the window and in time', { start: T0 - 10_000 }, { outside: 0, late: 0 }],
    ['that ends just when it was due', { start: DUE_SINCE - 1500 }, { outside: 0, late: 0 }],
    ['that ends before it was due', { start: DUE_SINCE - 1501 }, { outside: 0, late: 1 }],
    [
      'that begins long before and ends in time',
      { start: T0 - 900_000, durationMs: 890_000 },
      { outside: 0, late: 0 },
    ],
    ['that begins before the window and ends in it', { start: WINDOW.start - 1000 }, { outside: 0, late: 1 }],
    ['that ends a second before the window', { start: WINDOW.start - 2500 }, { outside: 0, late: 1 }],
    [
      'that ends more than a second before the window',
      { start: WINDOW.start - 2501 },
      { outside: 1, late: 0 },
    ],
    ['that begins a second after the window', { start: WINDOW.end + 1000 }, { outside: 0, late: 0 }],
    [
      'that begins more than a second after the window',
      { start: WINDOW.end + 1001 },
      { outside: 1, late: 0 },
    ],
    ['of which no start is known', { start: undefined }, { outside: 0, late: 0 }],
  ])('tells of a trace %s, and counts it', async (_, fields, expected) => {
    const { rule, counts } = setUp('error_status')
    const shown = measured([match('a', fields)])
    expect(idsOf(rule.judge(shown, T0))).toEqual(['a'])
    expect(await counts()).toEqual(expected)
    rule.judge(shown, T0)
    expect(await counts()).toEqual(expected)
  })

  it('refuses to judge a share', () => {
    const share = { kind: 'share', affected: 1, total: 2, window: WINDOW, sampled: false } as const
    expect(() => setUp().rule.judge(share, T0)).toThrow('a match rule cannot judge share')
  })

  it('tells every trace once and never more affected than there are, whatever is found', () => {
    const id = fc.nat(12).map(String)
    const found = fc.record({
      traceId: id,
      start: fc.option(fc.integer({ min: T0 - 1_000_000, max: T0 + 10_000 }), { nil: undefined }),
      durationMs: fc.nat(2_000_000),
    })
    const check = fc.record({ found: fc.array(found, { maxLength: 8 }), counted: fc.uniqueArray(id) })
    fc.assert(
      fc.property(fc.array(check, { maxLength: 6 }), (checks) => {
        const { rule } = setUp()
        const told = checks.flatMap((each, index) => {
          const matches = each.found.map(({ traceId, ...fields }) => match(traceId, fields))
          return rule.judge(measured(matches, { population: among(each.counted) }), T0 + index * 30_000)
        })
        const ids = new Set(checks.flatMap((each) => each.found.map(({ traceId }) => traceId)))
        expect(idsOf(told).toSorted()).toEqual([...ids].toSorted())
        expect(told.filter(({ affectedTraces, totalTraces }) => totalTraces < affectedTraces)).toEqual([])
      }),
      { numRuns: 200 },
    )
  })
})
