import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { buildFinding } from '../../test/build-finding.js'
import { createTestClock } from '../../test/test-clock.js'
import type { Anomaly, RuleAnomaly } from '../model/anomaly.js'
import type { Muter } from '../model/muter.js'
import type { ToldAnomaly } from '../model/notification.js'
import { createDispatchMetrics } from '../telemetry/dispatch-metrics.js'
import { toAnomalyLabels } from './anomaly-labels.js'
import { createAnomalyLane, type AnomalyLaneOptions } from './anomaly-lane.js'
import { toAnomalyNotifications } from './anomaly-notifications.js'

function slow(serviceName: string, spanName: string, durationMs: number): Anomaly {
  const traceId = durationMs.toString(16).padStart(32, '0')
  return {
    type: 'high_latency',
    at: 0,
    affectedTraces: 1,
    totalTraces: 1,
    sampled: false,
    traceId,
    spanName,
    serviceName,
    durationMs,
  }
}

const RATE: Anomaly = { type: 'high_error_rate', at: 0, affectedTraces: 5, totalTraces: 9, sampled: false }

function found(rule: string, labels: Readonly<Record<string, string>>): RuleAnomaly {
  return {
    type: 'rule',
    at: 0,
    affectedTraces: 1,
    totalTraces: 1,
    sampled: false,
    rule,
    labels: new Map(Object.entries(labels)),
    service: labels['service'],
    trace: undefined,
  }
}

function setUp(options: Partial<AnomalyLaneOptions> = {}) {
  const clock = createTestClock(0)
  const metrics = createDispatchMetrics(new Registry())
  const told: string[] = []
  const describeAll = (anomalies: readonly ToldAnomaly[]): void => {
    for (const each of anomalies) {
      const what = each.type === 'high_latency' ? `${each.serviceName} ${each.durationMs}` : each.type
      told.push(`${clock.now()}: ${what}${each.similar === undefined ? '' : ` and ${each.similar} more`}`)
    }
  }
  const lane = createAnomalyLane({
    muters: [],
    windowMs: 1000,
    onFolded: describeAll,
    clock,
    metrics,
    ...options,
  })
  const tell = (...anomalies: Anomaly[]): void => {
    const judged = lane.judge(anomalies)
    describeAll(judged.told)
    judged.keep()
  }
  return { clock, metrics, told, lane, tell }
}

describe('the lane of anomalies', () => {
  it('tells of each where there is no window', () => {
    const { told, tell } = setUp({ windowMs: 0 })
    tell(slow('shop', 'GET /', 1), slow('shop', 'GET /', 2))
    tell(slow('shop', 'GET /', 3), RATE, RATE)
    expect(told).toEqual(['0: shop 1', '0: shop 2', '0: shop 3', '0: high_error_rate', '0: high_error_rate'])
  })

  it('tells of the first at once, and of those like it at the end of the window, with a count', async () => {
    const { clock, told, lane, tell, metrics } = setUp()
    await lane.start()
    tell(
      slow('shop', 'GET /', 1),
      slow('shop', 'GET /', 2),
      slow('cart', 'GET /', 3),
      slow('shop', 'PUT /', 4),
    )
    await clock.advance(400)
    tell(slow('shop', 'GET /', 5), slow('shop', 'GET /', 6))
    await clock.advance(500)
    tell(slow('shop', 'GET /', 7))
    await clock.advance(150)
    tell(slow('cart', 'GET /', 8), slow('shop', 'GET /', 9))
    await clock.advance(5000)
    expect(told).toEqual([
      '0: shop 1 and 1 more',
      '0: cart 3',
      '0: shop 4',
      '1000: shop 7 and 2 more',
      '1050: cart 8',
      '2000: shop 9 and 0 more',
    ])
    expect((await metrics.suppressedAnomalies.get()).values).toMatchObject([
      { labels: { reason: 'similar' }, value: 5 },
    ])
    await lane.stop()
    expect(clock.sleeping).toBe(0)
  })

  it('counts as told only what was kept', async () => {
    const { lane } = setUp()
    await lane.start()
    expect(lane.judge([slow('shop', 'GET /', 1)]).told).toHaveLength(1)
    const { told, keep } = lane.judge([slow('shop', 'GET /', 1)])
    expect(told).toHaveLength(1)
    keep()
    expect(lane.judge([slow('shop', 'GET /', 1)]).told).toEqual([])
    await lane.stop()
  })

  it('folds nothing that was told by a check that overlaps with another', async () => {
    const { clock, told, lane, metrics } = setUp()
    await lane.start()
    const one = lane.judge([slow('shop', 'GET /', 1)])
    const other = lane.judge([slow('shop', 'GET /', 2), slow('shop', 'GET /', 3)])
    one.keep()
    other.keep()
    expect([one.told.length, other.told.length]).toEqual([1, 1])
    await clock.advance(5000)
    expect(told).toEqual([])
    expect((await metrics.suppressedAnomalies.get()).values).toMatchObject([
      { labels: { reason: 'similar' }, value: 1 },
    ])
    await lane.stop()
  })

  it('loses nothing that was folded by a check whose window ends before it is kept', async () => {
    const { clock, told, tell, lane } = setUp()
    await lane.start()
    tell(slow('shop', 'GET /', 1))
    const late = lane.judge([slow('shop', 'GET /', 2)])
    await clock.advance(1500)
    late.keep()
    await clock.advance(5000)
    expect([late.told, told]).toEqual([[], ['0: shop 1', '2500: shop 2 and 0 more']])
    await lane.stop()
  })

  it('tells of nothing that is muted', async () => {
    const reason = { kind: 'maintenance', name: 'disks', endsAt: undefined, comment: '' } as const
    const muter: Muter = (labels) => (labels.get('service') === 'shop' ? reason : undefined)
    const { told, tell, lane, metrics } = setUp({ muters: [() => undefined, muter] })
    tell(slow('shop', 'GET /', 1), slow('cart', 'GET /', 2), found('R', { service: 'shop' }))
    expect(told).toEqual(['0: cart 2'])
    expect(lane.judge([slow('shop', 'GET /', 1)]).muted).toEqual([
      { anomaly: slow('shop', 'GET /', 1), reason },
    ])
    expect((await metrics.suppressedAnomalies.get()).values).toMatchObject([
      { labels: { reason: 'maintenance' }, value: 2 },
      { labels: { reason: 'similar' }, value: 0 },
    ])
  })

  it('tells of nothing that was folded and is muted by then', async () => {
    const muter: Muter = (_, at) => (at < 1000 ? undefined : { kind: 'mute-time', name: 'night' })
    const { clock, told, tell, lane } = setUp({ muters: [muter] })
    await lane.start()
    tell(slow('shop', 'GET /', 1))
    tell(slow('shop', 'GET /', 2))
    await clock.advance(5000)
    expect(told).toEqual(['0: shop 1'])
    await lane.stop()
  })

  it('ends the oldest window where there are too many, and tells what is folded when it stops', async () => {
    const { told, tell, lane } = setUp({ mostWindows: 2 })
    await lane.start()
    tell(slow('a', '', 1), slow('b', '', 2))
    tell(slow('a', '', 3), slow('b', '', 4))
    tell(slow('c', '', 5))
    await lane.stop()
    expect(told).toEqual(['0: a 1', '0: b 2', '0: c 5', '0: a 3 and 0 more', '0: b 4 and 0 more'])
  })
})

describe('the labels of an anomaly', () => {
  it.each<[Anomaly, Readonly<Record<string, string>>]>([
    [RATE, { alertname: 'high_error_rate', anomaly_type: 'high_error_rate' }],
    [
      slow('shop', 'GET /', 1),
      { alertname: 'high_latency', anomaly_type: 'high_latency', service: 'shop', span_name: 'GET /' },
    ],
    [
      found('R', { service: 'x', severity: 'page', anomaly_type: 'no' }),
      { alertname: 'R', anomaly_type: 'R', service: 'x', severity: 'page' },
    ],
    [
      { ...found('Unusual', { service: 'payment' }), finding: buildFinding() },
      { alertname: 'Unusual', anomaly_type: 'latency', service: 'payment' },
    ],
  ])('%j', (anomaly, labels) => {
    expect(Object.fromEntries(toAnomalyLabels(anomaly))).toEqual(labels)
  })
})

describe('the notifications of anomalies', () => {
  const target = { receiver: 'hook', externalUrl: '', batch: false }
  const anomalies = [slow('a', '', 1), slow('a', '', 2), found('R', { a: '1' }), found('R', { a: '2' })]

  it('are one for each, or one for all, each with a key of its own that stays the same', () => {
    const each = toAnomalyNotifications(anomalies, 5, target)
    expect(each.map((one) => one.anomalies.length)).toEqual([1, 1, 1, 1])
    expect(new Set(each.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(4)
    expect(toAnomalyNotifications(anomalies, 6, target).map(({ idempotencyKey }) => idempotencyKey)).toEqual(
      each.map(({ idempotencyKey }) => idempotencyKey),
    )
    const all = toAnomalyNotifications(anomalies, 5, { ...target, batch: true })
    expect(all).toMatchObject([{ lane: 'anomalies', receiver: 'hook', at: 5, anomalies }])
    expect(toAnomalyNotifications([], 5, { ...target, batch: true })).toEqual([])
  })
})
