import { describe, expect, it } from 'vitest'
import { createAnomalyRule } from '../../../test/anomaly/anomaly-rule.js'
import { holdByTick } from '../../../test/anomaly/small-shop/hold-by-tick.js'
import type { Weather } from '../../../test/anomaly/small-shop/shop-request.js'
import { serve, work } from '../../../test/anomaly/small-shop/step.js'
import {
  playShop,
  playTraffic,
  START,
  TICK_MS,
  watchTraces,
  type Traffic,
} from '../../../test/anomaly/small-shop/watch-traces.js'
import { metricRule } from '../../../test/build-rule.js'
import type { AnomalyRule } from '../../model/alerting-rule.js'
import type { Finding } from '../../model/finding.js'
import type { LocalTraces } from '../../model/local-traces.js'
import type { RuleMeasure } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import { MINUTE_MS } from '../../model/time.js'
import { createMeasureAnomalies } from './measure-anomalies.js'

const { signal } = new AbortController()
const fresh = () => ({ lagMs: 0, known: true })
const TICKS_A_MINUTE = 6
const BEGINS = 8
const ENDS = 11

const SLOW_PAYMENT: Weather = { slower: { 'payment.charge': 200 } }
const during =
  (weather: Weather) =>
  (minute: number): Weather =>
    minute >= BEGINS && minute < ENDS ? weather : {}

const slowPayment = holdByTick(playShop(2, ENDS, during(SLOW_PAYMENT)), START)

function watch(rule: Partial<AnomalyRule>, traces: LocalTraces = slowPayment) {
  return watchTraces(traces, ENDS, { rule })
}

/** More than others wait for: work of forty steps, a hundred times a second. */
const BUSY: Traffic = {
  seed: 4,
  minutes: 0.5,
  perSecond: () => 100,
  request: () =>
    serve(
      'web',
      'GET /',
      5,
      Array.from({ length: 40 }, () => work('web', 'step', 1)),
    ),
}

/** What was measured, which is no error. */
function measureOf(measured: RuleMeasure | SourceError | undefined): RuleMeasure {
  if (measured === undefined || measured instanceof SourceError)
    throw new Error('an error', { cause: measured })
  return measured
}

const firstOf = (found: readonly (Finding | undefined)[]): number =>
  found.findIndex((each) => each !== undefined)

describe('a rule on what is unlike normal', () => {
  it('has samples of the service to blame and the signal, with the traces that prove it', async () => {
    const measure = createMeasureAnomalies({ traces: slowPayment, freshness: fresh })
    const [measured] = await measure([createAnomalyRule()], START + ENDS * MINUTE_MS, signal)
    expect(measured).toMatchObject({ completeness: 'complete', hasData: true })
    const { samples, window } = measureOf(measured)
    expect(window.end).toBe(START + ENDS * MINUTE_MS)
    expect(samples.map(({ labels, holds }) => [...labels, holds])).toEqual([
      [['service', 'payment'], ['signal', 'latency'], true],
    ])
    const ids = samples[0]?.exemplars.map(({ traceId }) => traceId) ?? []
    expect(ids.length).toBeGreaterThan(0)
    expect(new Set(ids).size).toBe(ids.length)
    const starts = samples[0]?.exemplars.map(({ start = 0 }) => start) ?? []
    expect(starts).toEqual(starts.toSorted((left, right) => right - left))
    for (const id of ids) expect(slowPayment.get(id)?.spans.some(({ name }) => name === 'Charge')).toBe(true)
  })

  it('finds the same whether it is measured at each tick or seldom', async () => {
    const often = await watch({})
    const measure = createMeasureAnomalies({ traces: slowPayment, freshness: fresh })
    const [seldom] = await measure([createAnomalyRule()], START + ENDS * MINUTE_MS, signal)
    expect(measureOf(seldom).samples[0]?.finding).toEqual(often.at(-1))
  })

  it('that others ask for at the same time sees each span once', async () => {
    const alone = await watch({})
    const measure = createMeasureAnomalies({ traces: slowPayment, freshness: fresh })
    const found: unknown[] = []
    for (let at = START + TICK_MS; at <= START + ENDS * MINUTE_MS; at += TICK_MS) {
      const rules = [createAnomalyRule({ alert: 'one' }), createAnomalyRule({ alert: 'other' })]
      const both = await Promise.all(rules.map((rule) => measure([rule], at, signal)))
      const [one, other] = both.map(([measured]) => measureOf(measured).samples[0]?.finding)
      expect(other).toEqual(one)
      found.push(one)
    }
    expect(found).toEqual(alone)
  })

  it('goes on where it was stopped, and sees no span twice', async () => {
    const busy = holdByTick(playTraffic(BUSY), START)
    const windows: number[] = []
    const traces: LocalTraces = {
      ...busy,
      within: (window, ...asked) => {
        windows.push(window.start)
        return busy.within(window, ...asked)
      },
    }
    const measure = createMeasureAnomalies({ traces, freshness: fresh })
    const stop = new AbortController()
    const stopped = measure([createAnomalyRule()], START + 3 * TICK_MS, stop.signal)
    stop.abort(new Error('stopped'))
    await expect(stopped).rejects.toThrow('stopped')
    await measure([createAnomalyRule()], START + 3 * TICK_MS, signal)
    expect(windows).toEqual([START, START + TICK_MS, START + 2 * TICK_MS])
  })

  it('looks at nothing that may not be complete yet', async () => {
    const lagMs = 30_000
    const late = await watchTraces(slowPayment, ENDS, { freshness: () => ({ lagMs, known: true }) })
    const prompt = await watch({})
    expect(firstOf(late)).toBe(firstOf(prompt) + lagMs / TICK_MS)
    expect(late[firstOf(late)]).toMatchObject({ sentence: prompt[firstOf(prompt)]?.sentence })
  })

  it('says where there was no trace at all', async () => {
    const measure = createMeasureAnomalies({ traces: holdByTick([], START), freshness: fresh })
    const [measured] = await measure([createAnomalyRule()], START + MINUTE_MS, signal)
    expect(measured).toMatchObject({ hasData: false, samples: [] })
  })
})

describe('what a rule asks for', () => {
  it('signals: nothing is told of others', async () => {
    expect(firstOf(await watch({ signals: ['errors', 'calls', 'traffic'] }))).toBe(-1)
    expect(firstOf(await watch({ signals: ['latency'] }))).toBeGreaterThan(0)
  })

  it('where: nothing is told of spans that its filter does not pick', async () => {
    expect(firstOf(await watch({ expr: '{ resource.service.name = "stock" }' }))).toBe(-1)
    const picked = await watch({ expr: '{ resource.service.name = "payment" }' })
    expect(picked.at(-1)).toMatchObject({ service: 'payment', signal: 'latency' })
  })

  it('sensitivity: the higher, the less must be the matter', async () => {
    const slightly = holdByTick(playShop(2, ENDS, during({ slower: { 'payment.charge': 35 } })), START)
    const [low, medium, high] = await Promise.all(
      (['low', 'medium', 'high'] as const).map((sensitivity) => watch({ sensitivity }, slightly)),
    )
    expect(firstOf(low ?? [])).toBe(-1)
    expect(firstOf(medium ?? [])).toBeGreaterThan(0)
    expect(firstOf(high ?? [])).toBeGreaterThan(0)
    expect(firstOf(high ?? [])).toBeLessThanOrEqual(firstOf(medium ?? []))
  })

  it('warm_up: nothing is told before spans have come for so long', async () => {
    const warmUpMs = (BEGINS + 2) * MINUTE_MS
    const found = await watch({ warmUpMs })
    expect(firstOf(found)).toBeGreaterThanOrEqual((BEGINS + 2) * TICKS_A_MINUTE)
    expect(found.at(-1)).toMatchObject({ service: 'payment' })
  })

  it('min_traffic: nothing is told of operations that were called less often', async () => {
    expect(firstOf(await watch({ minTraffic: 100_000 }))).toBe(-1)
  })

  it.each([
    ['{ nonsense', /line 1/],
    ['{ } | rate()', /metrics query, expected a spanset filter/],
    ['{ span.a = }', /line 1/],
  ])('a filter that is wrong, %j, is told each time', async (expr, message) => {
    const measure = createMeasureAnomalies({ traces: slowPayment, freshness: fresh })
    for (const at of [START + MINUTE_MS, START + 2 * MINUTE_MS]) {
      const [measured] = await measure([createAnomalyRule({ expr })], at, signal)
      expect(measured).toMatchObject({ message: expect.stringMatching(message) as unknown })
      expect(measured).toBeInstanceOf(SourceError)
    }
  })

  it('rules of other kinds are refused, and stop no other', async () => {
    const measure = createMeasureAnomalies({ traces: slowPayment, freshness: fresh })
    const rules = [metricRule('{ } | rate() > 1'), createAnomalyRule()]
    const [refused, measured] = await measure(rules, START + ENDS * MINUTE_MS, signal)
    expect(refused).toBeInstanceOf(SourceError)
    expect(measureOf(measured).samples).toHaveLength(1)
  })
})
