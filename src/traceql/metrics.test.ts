import { describe, expect, it } from 'vitest'
import { buildSpan, buildTrace, START_NANO, TRACE_ID } from '../../test/conformance/traceql/build-trace.js'
import type { AttributeValue } from '../model/attributes.js'
import type { Trace } from '../model/trace.js'
import type { MetricsAnswer, MetricsOptions, MetricsWindow } from './index.js'
import { check, compile, defaultStepMs, parse } from './index.js'
import type { MetricsProgram } from './metrics-program.js'

const START = Number(START_NANO / 1_000_000n)
const MINUTE: MetricsWindow = { mode: 'range', start: START, end: START + 60_000, stepMs: 20_000 }

function compileMetrics(query: string): MetricsProgram {
  const program = compile(check(parse(query)))
  if (program.kind !== 'metrics') throw new Error(`${query} is no metrics query`)
  return program
}

/** A trace of one span that starts so many seconds in and lasts so many milliseconds. */
function traceAt(
  seconds: number,
  durationMs: number,
  attributes: Record<string, string | bigint> = {},
): Trace {
  const startTimeUnixNano = START_NANO + BigInt(Math.round(seconds * 1e9))
  const endTimeUnixNano = startTimeUnixNano + BigInt(durationMs) * 1_000_000n
  const traceId = TRACE_ID.replace('abcd', seconds.toString().padStart(4, '0').replace('.', 'f'))
  return buildTrace(
    buildSpan({
      traceId,
      startTimeUnixNano,
      endTimeUnixNano,
      attributes: new Map(Object.entries(attributes)),
    }),
  )
}

const traces = [
  traceAt(0, 1, { k: 'a' }),
  traceAt(5, 10, { k: 'a' }),
  traceAt(15, 30, { k: 'b' }),
  traceAt(20, 100, { k: 'b' }),
  traceAt(45, 1000, { n: 4n }),
  traceAt(60.000_000_001, 5, { k: 'late' }),
]

function ask(query: string, window: MetricsWindow = MINUTE): MetricsAnswer {
  const accumulator = compileMetrics(query).start(window)
  for (const trace of traces) accumulator.add(trace)
  return accumulator.answer()
}

function show({ series }: MetricsAnswer): readonly string[] {
  return series
    .map(({ labels, samples }) => {
      const shown = samples
        .map(({ at, value }) => `${(at - START) / 1000}:${Number(value.toPrecision(6))}`)
        .join(' ')
      return `${[...labels].map((pair) => pair.join('=')).join()} ${shown}`
    })
    .sort()
}

describe('a metrics query over a range', () => {
  it.each([
    ['{ } | count_over_time()', ['__name__=count_over_time 0:1 20:3 40:0 60:1']],
    ['{ } | rate()', ['__name__=rate 0:0.05 20:0.15 40:0 60:0.05']],
    [
      '{ } | count_over_time() by (span.k)',
      ['span.k=a 0:1 20:1 40:0 60:0', 'span.k=b 0:0 20:2 40:0 60:0', 'span.k=nil 0:0 20:0 40:0 60:1'],
    ],
    ['{ span.k = "none" } | count_over_time()', ['__name__=count_over_time 0:0 20:0 40:0 60:0']],
    ['{ span.k = "none" } | count_over_time() by (name)', []],
    ['{ false } | rate()', []],
    ['{ } | max_over_time(duration)', ['__name__=max_over_time 0:0.001 20:0.1 60:1']],
    ['{ } | min_over_time(duration)', ['__name__=min_over_time 0:0.001 20:0.01 60:1']],
    ['{ } | avg_over_time(duration)', ['__name__=avg_over_time 0:0.001 20:0.0466667 60:1']],
    ['{ } | sum_over_time(span.n)', ['__name__=sum_over_time 60:4']],
    ['{ } | max_over_time(traceDuration)', ['__name__=max_over_time 0:1000000 20:100000000 60:1000000000']],
    ['{ } | histogram_over_time(span.n)', ['__bucket=4 0:0 20:0 40:0 60:1']],
    ['{ } | quantile_over_time(duration, 0.5)', ['p=0.5 0:0.00104858 20:0.0335544 40:0 60:1.07374']],
    [
      '{ } | count_over_time() by (span.k) | topk(1)',
      ['span.k=a 0:1 40:0', 'span.k=b 20:2', 'span.k=nil 60:1'],
    ],
    ['{ } | count_over_time() by (span.k) | bottomk(1)', ['span.k=b 60:0', 'span.k=nil 0:0 20:0 40:0']],
    ['{ } | count_over_time() > 1', ['__name__=count_over_time 20:3']],
    ['{ } | max_over_time(duration) > 500ms', ['__name__=max_over_time 60:1']],
    ['({ } | count_over_time()) / 0', []],
    [
      '100 * ({ span.k = "a" } | count_over_time()) / ({ } | count_over_time())',
      ['__name__=(count_over_time / count_over_time) 0:100 20:33.3333 60:0'],
    ],
    [
      '({ } | count_over_time() by (span.k)) - ({ } | count_over_time())',
      ['span.k=a 0:0 20:-2 40:0 60:-1', 'span.k=b 0:-1 20:-1 40:0 60:-1', 'span.k=nil 0:-1 20:-3 40:0 60:0'],
    ],
  ])('%s', (query, expected) => {
    expect(show(ask(query))).toEqual(expected)
  })

  it('moves the window outward to whole steps', () => {
    const window: MetricsWindow = { mode: 'range', start: START + 7000, end: START + 41_000, stepMs: 20_000 }
    expect(show(ask('{ } | count_over_time()', window))).toEqual([
      '__name__=count_over_time 0:1 20:3 40:0 60:1',
    ])
  })

  it('compares those that pass with the others', () => {
    const shown = show(
      ask('{ } | compare({ span.k = "a" }, 1)', { mode: 'instant', start: START - 1, end: START + 60_000 }),
    )
    expect(shown).toContain('__meta_type=selection,span.k=a 60:2')
    expect(shown).toContain('__meta_type=baseline,span.k=b 60:2')
    expect(shown).toContain('__meta_type=baseline_total,name=nil 60:3')
    expect(shown).toContain('__meta_type=selection,resource.service.name=test 60:2')
  })
})

describe('compare()', () => {
  it('counts attributes of span, resource and scope, and calls nil what cannot be a label', () => {
    const span = buildSpan({
      startTimeUnixNano: START_NANO + 1n,
      attributes: new Map<string, AttributeValue>([
        ['list', [1n, 2n]],
        ['empty', []],
        ['bytes', new Uint8Array([1])],
      ]),
      resource: { attributes: new Map([['zone', 'a']]) },
      scope: { name: 'lib', version: '1', attributes: new Map([['lang', 'go']]) },
    })
    const accumulator = compileMetrics('{ } | compare({ true })').start(MINUTE)
    accumulator.add(buildTrace(span))
    const labels = accumulator.answer().series.map((series) => [...series.labels].flat().join(' '))

    const counted = [
      'span.list nil',
      'span.empty nil',
      'span.bytes nil',
      'resource.zone a',
      'instrumentation.lang go',
    ]
    expect(labels).toEqual(expect.arrayContaining(counted.map((each) => `__meta_type selection ${each}`)))
  })
})

describe('a metrics query for an instant', () => {
  it('counts what starts after the start and not after the end', () => {
    const window: MetricsWindow = { mode: 'instant', start: START, end: START + 20_000 }
    expect(show(ask('{ } | count_over_time()', window))).toEqual(['__name__=count_over_time 20:3'])
    expect(show(ask('{ } | rate()', window))).toEqual(['__name__=rate 20:0.15'])
  })

  it('has no series where no trace lies in the window', () => {
    const window: MetricsWindow = { mode: 'instant', start: START + 3_600_000, end: START + 7_200_000 }
    expect(ask('{ } | rate()', window)).toEqual({ series: [], truncated: false })
  })
})

describe('an accumulator', () => {
  it('answers over the traces so far, again and again', () => {
    const accumulator = compileMetrics('{ } | count_over_time()').start(MINUTE)
    const answers = [traceAt(1, 1), traceAt(2, 1)].map((trace) => {
      accumulator.add(trace)
      return show(accumulator.answer())
    })
    expect(answers).toEqual([
      ['__name__=count_over_time 0:0 20:1 40:0 60:0'],
      ['__name__=count_over_time 0:0 20:2 40:0 60:0'],
    ])
  })

  it('says where its limits were reached', () => {
    const accumulator = compileMetrics('{ } | count_over_time() by (span:id, duration)').start(MINUTE, {
      maxCells: 8,
    })
    for (const trace of traces) accumulator.add(trace)
    const answer = accumulator.answer()

    expect(answer.truncated).toBe(true)
    expect(answer.series).toHaveLength(2)
  })

  it.each([
    ['{ } | rate()', 3],
    ['{ } | rate() with (exemplars=false)', 0],
    ['{ } | rate() with (exemplars=2)', 2],
  ])('%s keeps %d exemplars of different traces', (query, count) => {
    const [series] = ask(query).series

    expect(new Set(series?.exemplars.map(({ traceId }) => traceId)).size).toBe(count)
    expect(series?.exemplars).toHaveLength(count)
  })

  it.each<readonly [MetricsWindow, string]>([
    [{ mode: 'instant', start: 5, end: 5 }, 'needs a start before its end'],
    [{ mode: 'range', start: 0, end: 60_000, stepMs: 0 }, 'must be a positive number'],
    [{ mode: 'range', start: 0, end: 1e12, stepMs: 1 }, 'make the step longer'],
    [{ mode: 'range', start: Number.NaN, end: 1, stepMs: 1 }, 'needs a start before its end'],
  ])('refuses the window %j', (window, problem) => {
    expect(() => compileMetrics('{ } | rate()').start(window)).toThrow(problem)
  })
})

describe('compile', () => {
  it.each([
    ['{ } | rate() by (parent.a)', 'the parent of a span is not supported here'],
    ['{ } | rate() with (extrapolate=true)', 'the hint extrapolate is not supported here'],
  ])('refuses %s', (query, problem) => {
    expect(() => compileMetrics(query)).toThrow(problem)
  })
})

describe('defaultStepMs', () => {
  it.each([
    [30_000, 50],
    [60_000, 1000],
    [600_000, 2000],
    [30 * 60_000, 5000],
    [3_600_000, 15_000],
    [6 * 3_600_000, 60_000],
    [24 * 3_600_000, 5 * 60_000],
    [30 * 24 * 3_600_000, 3 * 3_600_000],
  ])('of a range of %d ms is %d ms', (range, step) => {
    expect(defaultStepMs(START, START + range)).toBe(step)
  })
})

describe('the options of a metrics query', () => {
  const INSTANT: MetricsWindow = { mode: 'instant', start: START - 1, end: START + 60_000 }

  function askWith(query: string, options: Partial<MetricsOptions>): MetricsAnswer {
    const evaluation = compileMetrics(query).start(INSTANT, options)
    for (const trace of traces) evaluation.add(trace)
    return evaluation.answer()
  }

  it.each([
    ['{ } | quantile_over_time(duration, .5)', ['p=0.5 60:0.03']],
    [
      '{ } | quantile_over_time(duration, 0, .6, .61, 1)',
      ['p=0 60:0.001', 'p=0.6 60:0.03', 'p=0.61 60:0.1', 'p=1 60:1'],
    ],
    [
      '{ } | quantile_over_time(duration, 1) by (span.k)',
      ['p=1 60:1', 'span.k=a,p=1 60:0.01', 'span.k=b,p=1 60:0.1'],
    ],
    ['{ } | quantile_over_time(span.n, 1)', ['p=1 60:4']],
  ])('exact quantiles: %s', (query, expected) => {
    expect(show(askWith(query, { quantiles: 'exact' }))).toEqual(expected)
  })

  it.each([
    [
      '({ span.k = "a" } | rate() by (span.k)) / ({ } | rate() by (span.k))',
      ['span.k=a 60:1', 'span.k=b 60:0', 'span.k=nil 60:0'],
    ],
    [
      '({ } | count_over_time() by (span.k)) - ({ span.k = "a" } | count_over_time() by (span.k))',
      ['span.k=a 60:0', 'span.k=b 60:2', 'span.k=nil 60:1'],
    ],
    ['({ } | rate() by (span.k)) / ({ span.k = "a" } | rate() by (span.k))', ['span.k=a 60:1']],
    [
      '(({ span.k = "a" } | count_over_time() by (span.k)) * 100) + ({ } | count_over_time() by (span.k))',
      ['span.k=a 60:202', 'span.k=b 60:2', 'span.k=nil 60:1'],
    ],
    [
      '({ span.k = "a" } | max_over_time(duration) by (span.k)) + ({ } | max_over_time(duration) by (span.k))',
      ['span.k=a 60:0.02'],
    ],
    [
      '({ span.k = "a" } | rate() by (span.k) | topk(1)) + ({ } | count_over_time() by (span.k))',
      ['span.k=a 60:2.03333'],
    ],
  ])('counts that are absent are zero: %s', (query, expected) => {
    expect(show(askWith(query, { absentCounts: 'zero' }))).toEqual(expected)
  })

  it('says so where not all values could be kept', () => {
    const answer = askWith('{ } | quantile_over_time(duration, .5)', { quantiles: 'exact', maxCells: 15 })
    expect(answer.truncated).toBe(true)
  })

  it.each([
    ['{ } | max_over_time(duration)', 'greatest', [1, 0.1]],
    ['{ } | max_over_time(duration)', 'least', [0.001, 0.01]],
    ['{ } | max_over_time(duration)', 'first', [0.001, 0.01]],
    ['{ } | quantile_over_time(duration, .9)', 'greatest', [1, 0.1]],
    ['{ } | rate()', 'greatest', [0.001, 0.01]],
  ] as const)('exemplars of %s: %s', (query, exemplars, expected) => {
    const { series } = askWith(query, { exemplars, maxExemplars: 2, quantiles: 'exact' })
    expect(series[0]?.exemplars.map(({ value }) => value)).toEqual(expected)
  })
})
