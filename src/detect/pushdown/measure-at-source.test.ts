import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anomalyRule, matchRule, metricRule } from '../../../test/build-rule.js'
import { buildSpan, buildTrace } from '../../../test/conformance/traceql/build-trace.js'
import { tracesOf } from '../../../test/conformance/tempo/differential/search-here.js'
import { holdTraces } from '../../../test/local-traces.js'
import { findDiffering } from '../../../test/same-rules/find-differing.js'
import { buildSameRules } from '../../../test/same-rules/same-rules.js'
import { shopRequests, type ShopKind } from '../../../test/same-rules/shop-requests.js'
import { createTestSpanSource, type TestSpanSourceOptions } from '../../../test/span-source.js'
import type { AlertingRule } from '../../model/alerting-rule.js'
import type { RuleMeasure } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import { MINUTE_MS, SECOND_MS, toUnixNano } from '../../model/time.js'
import type { Trace } from '../../model/trace.js'
import { createMeasureHere } from '../measure-here.js'
import { createMeasureAtSource } from './measure-at-source.js'

const AT = Date.UTC(2026, 10, 24, 8, 44)
const { signal } = new AbortController()

function shop(kind: ShopKind = 'rooted') {
  const { whole, late } = shopRequests(AT, { shop: kind })
  return {
    traces: tracesOf([...whole, ...late]),
    parts: [...tracesOf(whole), ...tracesOf(late)],
  }
}

const { traces, parts } = shop()

async function measure(rules: readonly AlertingRule[], options: Partial<TestSpanSourceOptions> = {}) {
  const source = createTestSpanSource({ parts, ...options })
  const measures = await createMeasureAtSource({ source })(rules, AT, signal)
  return { measures, asked: source.asked, queries: source.asked.map(({ text }) => text) }
}

function samplesOf(measured: RuleMeasure | SourceError | undefined): RuleMeasure {
  if (measured === undefined || measured instanceof SourceError) throw new Error(String(measured))
  return measured
}

const measureHere = createMeasureHere({
  traces: holdTraces(traces),
  freshness: () => ({ lagMs: 0, known: true }),
  latenessMs: 0,
})

describe('rules over a source that holds traces in parts', () => {
  it.each(['rooted', 'rootless'] as const)(
    'give the samples that they give over whole traces: %s ones',
    async (kind) => {
      const rules = buildSameRules()
      const held = shop(kind)
      const here = createMeasureHere({
        traces: holdTraces(held.traces),
        freshness: () => ({ lagMs: 0, known: true }),
        latenessMs: 0,
      })
      const { measures } = await measure(rules, { parts: held.parts })
      expect(findDiffering(rules, measures, await here(rules, AT, signal))).toEqual([])
    },
  )

  it('are not measured where they need every span, and the others are', async () => {
    const { measures } = await measure([anomalyRule(), matchRule('{ }')])
    expect(measures).toMatchObject([
      { reason: 'unsupported', message: expect.stringContaining('not measured over a Tempo yet') },
      { hasData: true },
    ])
  })

  it('give the same when each is measured alone', async () => {
    const rules = buildSameRules()
    const together = (await measure(rules)).measures
    const alone = await Promise.all(rules.map(async (rule) => (await measure([rule])).measures[0]))
    expect(findDiffering(rules, together, alone)).toEqual([])
  })

  it('end behind the lag of the source, or further back where a rule wants it so', async () => {
    const rules = [
      matchRule('{ }'),
      matchRule('{ }', { queryOffsetMs: 70_500 }),
      matchRule('{ }', { windowMs: 90_000 }),
    ]
    const { measures } = await measure(rules, { lagMs: 40_000 })
    expect(measures.map((each) => samplesOf(each).window)).toEqual([
      { start: AT - 105_000, end: AT - 45_000 },
      { start: AT - 135_000, end: AT - 75_000 },
      { start: AT - 135_000, end: AT - 45_000 },
    ])
  })
})

describe('many rules of one window', () => {
  const services = ['front', 'cart', 'checkout', 'db']
  const rules = Array.from({ length: 100 }, (_, index) => {
    const service = services[index % 4]
    const kinds = [
      `{ resource.service.name = "${service}" && status = error && span.retries != ${index} }`,
      `{ duration > ${500 + index}ms && resource.service.name = "${service}" }`,
      `{ status = error } >> { resource.service.name = "${service}" && span.retries < ${index} }`,
      `{ resource.service.name = "${service}" } | count() > ${1 + (index % 3)}`,
    ]
    return matchRule(kinds[Math.floor(index / 4) % 4] ?? '{ }')
  })

  it('cost the source at most ten questions', async () => {
    const { asked, measures } = await measure(rules)
    expect(asked.length).toBeLessThanOrEqual(10)
    expect(findDiffering(rules, measures, await measureHere(rules, AT, signal))).toEqual([])
  })

  it('make queries that gateways take', async () => {
    const { queries } = await measure(rules)
    expect(Math.max(...queries.map((query) => query.length))).toBeLessThan(8000)
  })

  it('ask the same count once', async () => {
    const metrics = [
      metricRule('{ status = error } | rate() > 1'),
      metricRule('({ status = error } | count_over_time()) / ({ } | count_over_time()) > 0.1'),
      metricRule('{ } | avg_over_time(duration) > 1s'),
      metricRule('{ } | sum_over_time(duration) > 1s'),
    ]
    const { asked } = await measure(metrics)
    const ranges = asked.filter(({ kind }) => kind === 'range').map(({ text }) => text)
    expect(ranges.sort()).toEqual([
      '{ status = error } | count_over_time()',
      '{ } | count_over_time()',
      '{ } | sum_over_time(duration)',
    ])
  })
})

const broken = (reason: SourceError['reason']) => new SourceError('it broke', { reason })
const failsOn =
  (word: string, reason: SourceError['reason'] = 'failed') =>
  (text: string): SourceError | undefined =>
    text.includes(word) ? broken(reason) : undefined

describe('a source that fails', () => {
  const good = [
    matchRule('{ status = error }'),
    matchRule('{ status = error } >> { kind = client }'),
    metricRule('{ status = error } | rate() > 0'),
  ]
  const bad = [
    matchRule('{ span.boom = "x" }'),
    matchRule('{ span.boom = "x" } > { }'),
    metricRule('{ span.boom = "x" } | rate() > 0'),
  ]

  it('on what one rule asks does not fail the others', async () => {
    const rules = [...good, ...bad]
    const { measures } = await measure(rules, { failure: failsOn('boom') })
    expect(measures.slice(good.length)).toEqual(bad.map(() => broken('failed')))
    const wanted = await measureHere(good, AT, signal)
    expect(findDiffering(good, measures.slice(0, good.length), wanted)).toEqual([])
  })

  it('as it is out of reach is not asked again for each rule', async () => {
    const rules = Array.from({ length: 50 }, (_, index) => matchRule(`{ name = "n${index}" }`))
    const { measures, asked } = await measure(rules, { failure: failsOn('name', 'transient') })
    expect(measures).toEqual(rules.map(() => broken('transient')))
    expect(asked.length).toBeLessThanOrEqual(10)
  })

  it('to tell its lag fails all', async () => {
    const source = createTestSpanSource({ parts })
    const failing = { ...source, freshness: () => Promise.reject(broken('transient')) }
    expect(await createMeasureAtSource({ source: failing })(good, AT, signal)).toEqual(
      good.map(() => broken('transient')),
    )
  })

  it('when it is told to stop, stops all', async () => {
    const source = createTestSpanSource({ parts })
    const measuring = createMeasureAtSource({ source })(good, AT, AbortSignal.abort(new Error('stop')))
    await expect(measuring).rejects.toThrow('stop')
  })
})

describe('a source that does not tell everything', () => {
  it('makes what it was asked partial, and nothing else', async () => {
    const rules = [
      matchRule('{ kind = client }', { groupBy: [] }),
      matchRule('{ span.flag }', { groupBy: [] }),
    ]
    const { measures } = await measure(rules, { mostTraces: 60 })
    expect(measures.map((each) => samplesOf(each).completeness)).toEqual(['partial', 'complete'])
    const all = samplesOf((await measureHere(rules, AT, signal))[0]).samples[0]?.value ?? 0
    expect(samplesOf(measures[0]).samples[0]?.value).toBeLessThan(all)
  })

  it('is asked for series in shorter stretches', async () => {
    const rule = metricRule('{ kind = server } | count_over_time() by (trace:id)')
    const { measures, asked } = await measure([rule], { mostSeries: 30 })
    expect(asked.filter(({ kind }) => kind === 'range').length).toBeGreaterThan(2)
    expect(findDiffering([rule], measures, await measureHere([rule], AT, signal))).toEqual([])
  })

  it('proves by a part what more can only confirm', async () => {
    const rules = [
      metricRule('{ } | count_over_time() by (trace:id) > 0'),
      metricRule('{ } | count_over_time() by (trace:id) < 5'),
    ]
    const { measures } = await measure(rules, { mostSeries: 1 })
    const [above, below] = measures.map(samplesOf)
    expect(above?.completeness).toBe('partial')
    expect(above?.samples.every(({ holds }) => holds)).toBe(true)
    expect(below?.samples).toEqual([])
  })
})

describe('what cannot be exact', () => {
  it.each([
    ['{ } | histogram_over_time(duration) > 5', 'histogram_over_time()'],
    ['{ } | compare({ status = error })', 'compare()'],
    [
      '{ } | quantile_over_time(duration, .9) by (name) | topk(3) > 1s',
      'quantile_over_time() within a larger expression',
    ],
    ['{ } | quantile_over_time(duration, .9)', 'quantile_over_time() within a larger expression'],
  ])('%s is refused', async (expr, what) => {
    const { measures, asked } = await measure([metricRule(expr)])
    expect(measures[0]).toMatchObject({ reason: 'unsupported', message: expect.stringContaining(what) })
    expect(asked).toEqual([])
  })

  it.each([
    [matchRule('{ } | rate()'), 'expected a search'],
    [metricRule('{ }'), 'expected a metrics query'],
    [matchRule('{ name = 1 }'), 'one type'],
  ])('a rule of the wrong kind is refused: %o', async (rule, why) => {
    const { measures } = await measure([rule])
    expect(measures[0]).toMatchObject({ reason: 'unsupported', message: expect.stringContaining(why) })
  })
})

describe('whether there is data', () => {
  it('is told by one question for all rules, which finds no more traces than matter', async () => {
    const rules = [
      matchRule('{ status = error }', { minTraffic: 7 }),
      matchRule('{ status = error }', { minTraffic: 1_000_000 }),
      metricRule('{ status = error } | rate() > 0'),
    ]
    const { measures, asked } = await measure(rules)
    expect(asked.filter(({ kind, text }) => kind === 'search' && text === '{ }')).toHaveLength(1)
    expect(measures.map((each) => samplesOf(each).samples.some(({ holds }) => holds))).toEqual([
      true,
      false,
      true,
    ])
    expect(measures.every((each) => samplesOf(each).hasData)).toBe(true)
  })

  it('is there none where the window is empty', async () => {
    const rules = [matchRule('{ }'), metricRule('{ } | rate() < 5'), metricRule('{ } | rate() by (name) > 5')]
    const source = createTestSpanSource({ parts })
    const measures = await createMeasureAtSource({ source })(rules, AT + 3600 * SECOND_MS, signal)
    expect(measures.map(samplesOf).map(({ hasData, samples }) => [hasData, samples])).toEqual([
      [false, []],
      [false, []],
      [false, []],
    ])
  })
})

describe('a trace that comes late', () => {
  const rule = matchRule('{ status = error }', { groupBy: [] })

  /** A failed trace of one span. */
  function failed(number: number, startMs: number, durationMs = 10): Trace {
    const traceId = (number + 1).toString(16).padStart(32, '0')
    const startTimeUnixNano = toUnixNano(startMs)
    const endTimeUnixNano = toUnixNano(startMs + durationMs)
    const status = { code: 'error', message: '' } as const
    return buildTrace(buildSpan({ traceId, startTimeUnixNano, endTimeUnixNano, status }))
  }

  /** What each of these evaluations counts, given what has come by then, and what of it was late. */
  async function countEach(
    arrivals: readonly { readonly trace: Trace; readonly at: number }[],
    evaluations: readonly number[],
    latenessMs: number,
  ) {
    const held: Trace[] = []
    const source = createTestSpanSource({ parts: held })
    const measureRules = createMeasureAtSource({ source, latenessMs })
    const counts: (readonly [value: number, late: number])[] = []
    for (const at of evaluations) {
      held.splice(0, held.length, ...arrivals.filter((each) => each.at <= at).map(({ trace }) => trace))
      const { samples, lateTraces = 0 } = samplesOf((await measureRules([rule], at, signal))[0])
      counts.push([samples[0]?.value ?? 0, lateTraces])
    }
    return counts
  }

  const minutes = (count: number): readonly number[] =>
    Array.from({ length: count }, (_, index) => AT + index * MINUTE_MS)

  it.each([
    [
      'in time',
      0,
      120_000,
      [
        [0, 0],
        [1, 0],
        [0, 0],
        [0, 0],
      ],
    ],
    [
      'a minute late',
      MINUTE_MS,
      120_000,
      [
        [0, 0],
        [0, 0],
        [1, 1],
        [0, 0],
      ],
    ],
    [
      'too late',
      3 * MINUTE_MS,
      60_000,
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ],
    [
      'late where nobody cares',
      MINUTE_MS,
      0,
      [
        [0, 0],
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    ],
  ])('is counted once: %s', async (_, lateMs, latenessMs, expected) => {
    const startMs = AT + 30_000
    const arrivals = [{ trace: failed(0, startMs), at: startMs + 10 + lateMs }]
    expect(await countEach(arrivals, minutes(4), latenessMs)).toEqual(expected)
  })

  it('is not taken for one that was counted when its window was looked at', async () => {
    const arrivals = [{ trace: failed(0, AT + 50_000, 30_000), at: AT + 60_000 }]
    expect(await countEach(arrivals, minutes(4), 120_000)).toEqual([
      [0, 0],
      [1, 0],
      [1, 0],
      [0, 0],
    ])
  })

  it('is in the sum of all windows, once, whatever the arrivals', async () => {
    const arrival = fc.record({
      startMs: fc.integer({ min: 1, max: 5 * MINUTE_MS }),
      lateMs: fc.integer({ min: 0, max: 100_000 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { maxLength: 40 }), async (each) => {
        const arrivals = each.map(({ startMs, lateMs }, number) => ({
          trace: failed(number, AT + startMs, 0),
          at: AT + startMs + lateMs,
        }))
        const counts = await countEach(arrivals, minutes(9), 120_000)
        expect(counts.reduce((sum, [value]) => sum + value, 0)).toBe(each.length)
      }),
      { numRuns: 60 },
    )
  })
})

describe('windows that could not be looked at', () => {
  /** A failed trace of one span, a second after each half minute. */
  const failedAt = (number: number): Trace => {
    const startMs = AT + number * 30_000 + SECOND_MS
    const traceId = (number + 1).toString(16).padStart(32, '0')
    const startTimeUnixNano = toUnixNano(startMs)
    const endTimeUnixNano = toUnixNano(startMs + 10)
    return buildTrace(
      buildSpan({ traceId, startTimeUnixNano, endTimeUnixNano, status: { code: 'error', message: '' } }),
    )
  }

  /**
   * What a rule with windows of half a minute counts at each of these evaluations, `!` where the source fails and `-` where
   * none is made, while a trace fails in each window.
   */
  async function countOver(evaluations: string, rule: AlertingRule, latenessMs = 300_000) {
    const held: Trace[] = []
    let isDown = false
    const failure = () => (isDown ? broken('transient') : undefined)
    const source = createTestSpanSource({ parts: held, failure })
    const measureRules = createMeasureAtSource({ source, latenessMs })
    const counts: string[] = []
    let missed: number[] = []
    for (const [index, letter] of evaluations.split('').entries()) {
      const at = AT + (index + 1) * 30_000
      held.push(failedAt(index))
      isDown = letter === '!'
      if (letter === '-') missed = [at, ...missed]
      if (letter === '-') continue
      const [measured] = await measureRules([rule], at, signal, missed)
      missed = []
      counts.push(measured instanceof SourceError ? '!' : String(samplesOf(measured).samples[0]?.value ?? 0))
    }
    return counts.join(' ')
  }

  const eachTrace = matchRule('{ status = error }', { groupBy: [], windowMs: 30_000 })

  it.each([
    ['where the source failed', '....', '1 1 1 1'],
    ['of one evaluation', '..!..', '1 1 ! 2 1'],
    ['of several', '.!!!..', '1 ! ! ! 4 1'],
    ['before the first that was good', '!!..', '! ! 3 1'],
    ['at moments that were left out', '.--..', '1 3 1'],
    ['between failures', '.!-!..', '1 ! ! 4 1'],
    ['again and again', '.!.!.', '1 ! 2 ! 2'],
  ])('are caught up on, each trace once: %s', async (_, evaluations, expected) => {
    expect(await countOver(evaluations, eachTrace)).toBe(expected)
  })

  it('are caught up on as far back as late traces are counted', async () => {
    expect(await countOver('.!!!!!!..', eachTrace, 60_000)).toBe('1 ! ! ! ! ! ! 3 1')
    expect(await countOver('.!!..', eachTrace, 0)).toBe('1 ! ! 1 1')
  })

  it('are no part of what is compared with a threshold, which is of one window', async () => {
    expect(await countOver('..!!..', { ...eachTrace, threshold: 2 })).toBe('1 1 ! ! 1 1')
  })

  it('are counted once, whichever fail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('.', '!', '-'), { maxLength: 9 }), async (letters) => {
        const counts = await countOver([...letters, '.'].join(''), eachTrace)
        const sum = counts.split(' ').reduce((total, count) => total + (Number(count) || 0), 0)
        expect(sum).toBe(letters.length + 1)
      }),
      { numRuns: 60 },
    )
  })
})

describe('how many traces a window holds', () => {
  it('is not known where the source cannot tell all of them, and ends no alert then', async () => {
    const rule = matchRule('{ status = error }', { minTraffic: 200 })
    const { measures } = await measure([rule], { mostTraces: 100 })
    expect(samplesOf(measures[0])).toMatchObject({ completeness: 'partial' })
  })

  it('is asked for once more where what was told ended before the window', async () => {
    const held = [
      ...Array.from({ length: 3 }, (_, index) => endingAt(AT - MINUTE_MS, index)),
      endingAt(AT - 30_000, 3),
    ]
    const { measures } = await measure([matchRule('{ status = error }', { noData: 'alerting' })], {
      parts: held,
    })
    expect(samplesOf(measures[0])).toMatchObject({ completeness: 'complete', hasData: true })
  })

  function endingAt(endMs: number, number: number): Trace {
    const traceId = (number + 1).toString(16).padStart(32, '0')
    const endTimeUnixNano = toUnixNano(endMs)
    return buildTrace(
      buildSpan({ traceId, startTimeUnixNano: endTimeUnixNano - 10_000_000n, endTimeUnixNano }),
    )
  }
})

describe('the traces that prove a sample', () => {
  it('are the newest that match, and of a metric rule those that were counted', async () => {
    const rules = [
      matchRule('{ status = error }', { groupBy: [] }),
      metricRule('{ status = error } | count_over_time() > 0'),
      metricRule('{ status = error } | count_over_time() > 1000000'),
    ]
    const [match, counted, silent] = (await measure(rules)).measures.map(samplesOf)
    const failed = new Set(
      samplesOf((await measureHere(rules, AT, signal))[0]).samples[0]?.exemplars.map(
        ({ traceId }) => traceId,
      ),
    )
    expect(match?.samples[0]?.exemplars.map(({ traceId }) => traceId)).toEqual([...failed])
    const ofMetric = counted?.samples[0]?.exemplars ?? []
    expect(ofMetric.length).toBeGreaterThan(0)
    expect(ofMetric.every(({ start = 0 }) => start > 0)).toBe(true)
    expect(silent?.samples[0]?.exemplars).toEqual([])
  })
})
