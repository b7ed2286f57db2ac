import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchRule, metricRule } from '../../test/build-rule.js'
import { holdTraces } from '../../test/local-traces.js'
import { createTestClock } from '../../test/test-clock.js'
import { buildSpan, buildTrace, START_NANO } from '../../test/conformance/traceql/build-trace.js'
import { FIXTURES, loadEvalCases, loadMetricsCases, tracesIn } from '../../test/conformance/traceql/cases.js'
import { loadTraces } from '../../test/conformance/traceql/load-traces.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import type { LocalTraces } from '../model/local-traces.js'
import type { RuleMeasure } from '../model/rule-sample.js'
import { SourceError } from '../model/source-error.js'
import { serviceName, type Span } from '../model/span.js'
import { MINUTE_MS, SECOND_MS, toUnixNano, type Interval } from '../model/time.js'
import { type Trace } from '../model/trace.js'
import { encodeTraceProtobuf } from '../otlp/encode-protobuf.js'
import { createTraceWindow } from '../source/window/trace-window.js'
import { createMetrics } from '../telemetry/metrics.js'
import { check, compile, parse, splitComparison, TraceqlError, type MetricSeries } from '../traceql/index.js'
import { createMeasureHere } from './measure-here.js'

const START = Number(START_NANO / 1_000_000n)
const { signal } = new AbortController()

const fresh = (lagMs: number) => () => ({ lagMs, known: true })

async function measure(
  traces: LocalTraces,
  rules: readonly AlertingRule[],
  at = START + MINUTE_MS,
): Promise<readonly (RuleMeasure | SourceError)[]> {
  return createMeasureHere({ traces, freshness: fresh(0), latenessMs: 0 })(rules, at, signal)
}

async function measureOne(traces: LocalTraces, rule: AlertingRule, at?: number): Promise<RuleMeasure> {
  const [measured] = await measure(traces, [rule], at)
  if (measured === undefined || measured instanceof SourceError) throw new Error(String(measured))
  return measured
}

/** `labels value holds` of each sample, sorted. */
function show({ samples }: Pick<RuleMeasure, 'samples'>): readonly string[] {
  return samples
    .map(({ labels, value, holds }) => {
      const shown = Array.from(labels, ([name, text]) => `${name}=${text}`).join(',')
      return `${shown} ${Number(value.toPrecision(6))}${holds ? ' !' : ''}`.trim()
    })
    .sort()
}

let numbers = 0

/** A trace of spans that start so many milliseconds in. */
function traceOf(
  ...spans: readonly (Partial<Span> & { startMs?: number; durationMs?: number; service?: string })[]
): Trace {
  numbers += 1
  const traceId = numbers.toString(16).padStart(32, '0')
  return buildTrace(
    ...spans.map(({ startMs = 1000, durationMs = 10, service = 'web', ...parts }, index) =>
      buildSpan({
        traceId,
        spanId: (index + 1).toString(16).padStart(16, '0'),
        parentSpanId: index === 0 ? undefined : '0000000000000001',
        startTimeUnixNano: toUnixNano(START + startMs),
        endTimeUnixNano: toUnixNano(START + startMs + durationMs),
        resource: { attributes: new Map([['service.name', service]]) },
        ...parts,
      }),
    ),
  )
}

const failed = { code: 'error', message: '' } as const

describe('all conformance queries as rules, measured together', () => {
  const traces = loadTraces(tracesIn(FIXTURES))
  const starts = traces
    .flatMap(({ spans }) => spans.map(({ startTimeUnixNano }) => Number(startTimeUnixNano / 1_000_000n)))
    .toSorted((left, right) => left - right)
  // The middle half of all spans starts in it.
  const at = (share: number): number => starts[Math.floor(share * (starts.length - 1))] ?? 0
  const window: Interval = { start: at(0.25), end: at(0.75) }
  const windowMs = window.end - window.start

  function isSupported(query: string): boolean {
    try {
      compile(check(parse(query)))
      return true
    } catch (error) {
      if (error instanceof TraceqlError) return false
      throw error
    }
  }

  function isSearch(query: string): boolean {
    return parse(query).root.kind === 'Pipeline'
  }

  const queries = [...loadEvalCases(FIXTURES), ...loadMetricsCases(FIXTURES)]
    .map(({ query }) => query)
    .filter(isSupported)

  function toRule(query: string): AlertingRule {
    return isSearch(query)
      ? matchRule(query, { windowMs, groupBy: ['name', 'resource.service.name'] })
      : metricRule(query, { windowMs })
  }

  function isIn(unixNano: bigint): boolean {
    return unixNano > toUnixNano(window.start) && unixNano <= toUnixNano(window.end)
  }

  /** What measuring a rule must come to, worked out for it alone, or why it cannot. */
  function expected(query: string, held: readonly Trace[]): readonly string[] | string {
    try {
      return isSearch(query) ? expectedMatches(query, held) : expectedSeries(query, held)
    } catch (error) {
      if (error instanceof TraceqlError) return error.message
      throw error
    }
  }

  function expectedMatches(query: string, held: readonly Trace[]): readonly string[] {
    const program = compile(check(parse(query)))
    if (program.kind !== 'search') throw new Error(query)
    const counts = new Map<string, number>()
    for (const trace of held) {
      const spansets = program.evaluate(trace)
      const keys = spansets.flatMap(({ spans }) => spans.map(labelsOfSpan))
      for (const key of new Set(keys)) counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    return Array.from(counts, ([key, count]) => `${key} ${count} !`.trim()).sort()
  }

  function labelsOfSpan({ name, resource }: Span): string {
    const labels = [
      ['name', name],
      ['resource.service.name', serviceName(resource)],
    ] as const
    return labels.flatMap(([label, value]) => (value ? [`${label}=${value}`] : [])).join(',')
  }

  function expectedSeries(query: string, held: readonly Trace[]): readonly string[] {
    const checked = check(parse(query))
    const split = splitComparison(checked)
    const program = compile(split?.values ?? checked)
    const holding = compile(checked)
    if (program.kind !== 'metrics' || holding.kind !== 'metrics') throw new Error(query)
    const run = (of: typeof program): readonly MetricSeries[] => {
      const evaluation = of.start(
        { mode: 'instant', ...window },
        { quantiles: 'exact', absentCounts: 'zero' },
      )
      for (const trace of held) {
        if (trace.spans.some((span) => isIn(span.startTimeUnixNano) || isIn(span.endTimeUnixNano)))
          evaluation.add(trace)
      }
      return evaluation.answer().series
    }
    const labelsOf = ({ labels }: MetricSeries): string =>
      [...labels]
        .flatMap(([name, value]) => (name === '__name__' ? [] : [`${name}=${String(value)}`]))
        .join(',')
    const isScaled = split !== undefined && split.scale !== 1
    const holds = new Set(isScaled ? [] : run(holding).map(labelsOf))
    return run(program)
      .flatMap((series) => series.samples.map(({ value }) => ({ labels: labelsOf(series), value })))
      .map(({ labels, value }) => {
        const number = Number((value * (split?.scale ?? 1)).toPrecision(6))
        return `${labels} ${number}${holds.has(labels) ? ' !' : ''}`.trim()
      })
      .sort()
  }

  function shown(measured: RuleMeasure | SourceError | undefined): readonly string[] | string {
    if (measured === undefined) return 'not measured'
    return measured instanceof SourceError ? measured.message : show(measured)
  }

  async function findDiffering(held: LocalTraces): Promise<readonly object[]> {
    const copies = [...holdTraces(traces).within(window, 0)]
    const measured = await measure(held, queries.map(toRule), window.end)
    return queries.flatMap((query, index) => {
      const [got, want] = [shown(measured[index]), expected(query, copies)]
      return JSON.stringify(got) === JSON.stringify(want) ? [] : [{ query, got, want }]
    })
  }

  it('are many', () => {
    expect(queries.filter(isSearch).length).toBeGreaterThan(500)
    expect(queries.filter((query) => !isSearch(query)).length).toBeGreaterThan(100)
    expect(
      traces.filter((trace) => trace.spans.some((span) => isIn(span.startTimeUnixNano))).length,
    ).toBeGreaterThan(5)
  })

  it('come to what each comes to alone, over a list of traces', async () => {
    expect(await findDiffering(holdTraces(traces))).toEqual([])
  })

  it('come to it over the window', async () => {
    const clock = createTestClock(at(1) + MINUTE_MS)
    const held = createTraceWindow({ maxBytes: 1e8, maxAgeMs: 1e15, clock, metrics: createMetrics() })
    for (const { spans } of traces) held.add(encodeTraceProtobuf(spans))
    expect(await findDiffering({ ...held, completeSince: () => 0 })).toEqual([])
  })
})

describe('a match rule', () => {
  it.each([
    ['ends at the start of the window', -10, 10, false],
    ['ends just inside', -10, 11, true],
    ['starts at the end of the window', MINUTE_MS, 10, true],
    ['starts just outside', MINUTE_MS + 1, 10, false],
    ['goes through the whole window', -5, 2 * MINUTE_MS, true],
  ])('counts a trace that overlaps the window: one that %s', async (_, startMs, durationMs, isCounted) => {
    const { samples } = await measureOne(holdTraces([traceOf({ startMs, durationMs })]), matchRule('{ }'))
    expect(samples).toHaveLength(isCounted ? 1 : 0)
  })

  it('counts a trace once in each instance', async () => {
    const traces = [
      traceOf({ name: 'a' }, { name: 'b' }, { name: 'b' }),
      traceOf({ name: 'b' }, { name: '' }, { name: 'a', status: failed }),
    ]
    const rule = (expr: string, ...groupBy: string[]) => matchRule(expr, { groupBy })
    const measured = await measure(holdTraces(traces), [
      rule('{ }', 'name'),
      rule('{ status = error }', 'name'),
      rule('{ }'),
      rule('{ }', 'span.absent'),
      rule('{ }', 'status', 'rootName', 'span:duration'),
    ])
    expect(measured.map((each) => (each instanceof Error ? each : show(each)))).toEqual([
      ['1 !', 'name=a 2 !', 'name=b 2 !'],
      ['name=a 1 !'],
      ['2 !'],
      ['2 !'],
      [
        'status=error,rootName=b,span:duration=10ms 1 !',
        'status=unset,rootName=a,span:duration=10ms 1 !',
        'status=unset,rootName=b,span:duration=10ms 1 !',
      ],
    ])
  })

  it('groups by the root unless it says otherwise, and has no label for one that has not come', async () => {
    const orphan = traceOf({ parentSpanId: '00000000000000ff' })
    const traces = holdTraces([traceOf({ name: 'GET /' }, { service: 'cart', status: failed }), orphan])
    expect(show(await measureOne(traces, matchRule('{ }')))).toEqual([
      '1 !',
      'rootServiceName=web,rootName=GET / 1 !',
    ])
  })

  it.each([
    [{ threshold: 2 }, '2 !'],
    [{ threshold: 3 }, '2'],
    [{ threshold: 2, minTraffic: 5 }, '2 !'],
    [{ threshold: 2, minTraffic: 6 }, '2'],
  ])('holds from its threshold on, where there is traffic: %j', async (parts, expected) => {
    const other = Array.from({ length: 3 }, () => traceOf({ name: 'healthy' }))
    const bad = Array.from({ length: 2 }, () => traceOf({ status: failed }))
    const rule = matchRule('{ status = error }', { groupBy: [], ...parts })
    expect(show(await measureOne(holdTraces([...other, ...bad]), rule))).toEqual([expected])
  })

  it('names its traces, the newest first', async () => {
    const traces = Array.from({ length: 30 }, (_, index) => traceOf({ startMs: 1000 + ((index * 7) % 30) }))
    const { samples } = await measureOne(holdTraces(traces), matchRule('{ }'))
    const starts = samples[0]?.exemplars.map(({ start = 0 }) => start - START - 1000)
    expect(starts).toEqual(Array.from({ length: 30 }, (_, index) => 29 - index))
  })

  it('shows traces where it does not hold only to those who want to know when it is over', async () => {
    const traces = holdTraces([traceOf({})])
    const exemplars = async (parts: object): Promise<number | undefined> => {
      const { samples } = await measureOne(traces, matchRule('{ }', { threshold: 2, ...parts }))
      return samples[0]?.exemplars.length
    }
    expect([await exemplars({}), await exemplars({ resolveWhen: { comparison: '<', value: 1 } })]).toEqual([
      0, 1,
    ])
  })

  it('tells that there are more instances than it can tell apart', async () => {
    const spans = Array.from({ length: 10_001 }, (_, index) => ({ name: `n${index}` }))
    const measured = await measureOne(
      holdTraces([traceOf(...spans)]),
      matchRule('{ }', { groupBy: ['name'] }),
    )
    expect([measured.completeness, measured.samples.length]).toEqual(['partial', 10_000])
  })
})

describe('a metric rule', () => {
  const traces = holdTraces([
    traceOf({ durationMs: 100 }, { service: 'cart', durationMs: 20 }),
    traceOf({ durationMs: 300 }, { service: 'cart', durationMs: 2500, status: failed }),
    traceOf({ startMs: 0 }, { startMs: MINUTE_MS, service: 'edge' }, { startMs: MINUTE_MS + 1 }),
  ])

  it.each([
    ['{ } | rate() > 0.08', ['0.0833333 !']],
    ['{ } | rate() > 0.09', ['0.0833333']],
    [
      '{ } | count_over_time() by (resource.service.name) >= 2',
      ['resource.service.name=cart 2 !', 'resource.service.name=edge 1', 'resource.service.name=web 2 !'],
    ],
    ['{ name = "none" } | rate() < 1', ['0 !']],
    ['{ name = "none" } | rate() by (name) < 1', []],
    ['{ } | max_over_time(trace:duration) > 2s', ['60.011 !']],
    [
      '{ resource.service.name = "cart" } | quantile_over_time(duration, .5, 1) > 1s',
      ['p=0.5 0.02', 'p=1 2.5 !'],
    ],
    ['({ status = error } | rate()) / ({ } | rate()) > 0.1', ['0.2 !']],
    [
      '({ status = error } | rate() by (resource.service.name)) / ({ } | rate() by (resource.service.name)) = 0.5',
      ['resource.service.name=cart 0.5 !', 'resource.service.name=edge 0', 'resource.service.name=web 0'],
    ],
    ['{ } | count_over_time() by (resource.service.name) | topk(1) != 7', ['resource.service.name=cart 2 !']],
    ['{ } | count_over_time() > 1 | topk(1)', ['5 !']],
    ['{ status = error } >> { } | count_over_time() > 0', ['0']],
    ['{ resource.service.name = "web" } >> { status = error } | count_over_time() > 0', ['1 !']],
  ])('%s', async (expr, expected) => {
    expect(show(await measureOne(traces, metricRule(expr)))).toEqual(expected)
  })

  it('is proven by what is slow, not by what came last', async () => {
    const slow = traceOf({ durationMs: 3000 })
    const fast = Array.from({ length: 20 }, (_, index) => traceOf({ startMs: 2000 + index }))
    const rule = metricRule('{ } | quantile_over_time(duration, .99) > 1.5s')
    const { samples } = await measureOne(holdTraces([slow, ...fast]), rule)
    expect(samples.map(({ exemplars }) => exemplars.map(({ traceId }) => traceId))).toEqual([
      [slow.spans[0]?.traceId],
    ])
  })

  it('knows roots where a trace has a tree, and has none where it has none', async () => {
    const same = { spanId: '0000000000000007', parentSpanId: undefined }
    const held = holdTraces([
      traceOf({}, {}),
      traceOf({ parentSpanId: undefined }, { parentSpanId: undefined }),
      traceOf(same, same, same),
    ])
    const rules = [
      '{ nestedSetParent < 0 } | count_over_time() > 0',
      '{ nestedSetParent < 0 && name = "work" } | max_over_time(duration) > 0',
      '{ nestedSetParent < 0 && span.x = nil } | count_over_time() > 0',
    ].map((expr) => metricRule(expr))
    const measured = await measure(held, rules)
    expect(measured.map((each) => (each instanceof Error ? each : show(each)))).toEqual([
      ['3 !'],
      ['0.01 !'],
      ['3 !'],
    ])
  })

  it('looks at the spans that start in its window, which may lie further back', async () => {
    const rule = metricRule('{ } | count_over_time() > 0', { queryOffsetMs: SECOND_MS, windowMs: SECOND_MS })
    const at = START + MINUTE_MS + SECOND_MS
    const measured = await measureOne(traces, rule, at)
    expect([measured.window, show(measured)]).toEqual([
      { start: START + MINUTE_MS - SECOND_MS, end: START + MINUTE_MS },
      ['1 !'],
    ])
  })

  it.each([
    ['{ } | max_over_time(duration) > 1s', 10, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]],
    ['{ } | max_over_time(duration) < 1s', 10, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]],
    ['{ } | max_over_time(duration) > 10s', 0, []],
  ])('shows the traces that prove it, the newest first: %s', async (expr, count, expected) => {
    const held = Array.from({ length: 12 }, (_, index) => {
      const isSlow = index >= 2 && expr.includes('> 1s')
      return traceOf({ startMs: 1000 + index, durationMs: isSlow ? 2000 + index : 10 + index })
    })
    const { samples } = await measureOne(holdTraces(held), metricRule(expr))
    const shown = samples[0]?.exemplars.map(({ start = 0 }) => start - START - 1000) ?? []
    expect([shown.length, shown]).toEqual([count, expected])
  })
})

describe('measuring', () => {
  it('tells whether the window held any trace', async () => {
    const rules = [metricRule('{ } | rate() < 1'), matchRule('{ }')]
    const measured = await measure(holdTraces([traceOf({})]), rules, START + 10 * MINUTE_MS)
    expect(measured).toMatchObject([
      { hasData: false, samples: [], completeness: 'complete' },
      { hasData: false, samples: [], completeness: 'complete' },
    ])
  })

  it('fails the rule that cannot be evaluated, and no other', async () => {
    const traces = holdTraces([traceOf({ attributes: new Map([['zero', 0n]]) })])
    const measured = await measure(traces, [
      matchRule('{ 1 / span.zero = 1 }'),
      matchRule('{ nonsense'),
      matchRule('{ } | rate()'),
      metricRule('{ }'),
      metricRule('({ 1 / span.zero = 1 } | rate()) / ({ } | rate()) > 1'),
      metricRule('{ } | rate() > 0'),
    ])
    expect(measured.map((each) => (each instanceof SourceError ? each.reason : show(each)))).toEqual([
      'failed',
      'unsupported',
      'unsupported',
      'unsupported',
      'failed',
      ['0.0166667 !'],
    ])
  })

  it('fails a rule whose expression is too large for some text, wherever it stands', async () => {
    const long = 'x'.repeat(100_000)
    const large = 'x{900}y'
    const traces = holdTraces([
      traceOf({ name: long, service: long, attributes: new Map([['long', long]]) }),
      traceOf({}),
    ])
    const measured = await measure(traces, [
      matchRule(`{ name =~ "${large}" }`),
      matchRule(`{ resource.service.name =~ "${large}" }`),
      matchRule(`{ span.long =~ "${large}" }`),
      metricRule(`{ name =~ "${large}" } | rate() > 0`),
      metricRule(`{ resource.service.name =~ "${large}" } | rate() > 0`),
      metricRule('{ } | count_over_time() > 0'),
    ])
    expect(measured.map((each) => (each instanceof SourceError ? each.reason : show(each)))).toEqual([
      ...Array.from({ length: 5 }, () => 'failed'),
      ['2 !'],
    ])
  })

  it('is partial where traces may be missing, and says only what a part proves', async () => {
    const held = { ...holdTraces([traceOf({}), traceOf({})]), completeSince: () => START + 1 }
    const measured = await measure(held, [
      metricRule('{ } | count_over_time() > 1'),
      metricRule('{ } | count_over_time() < 5'),
      metricRule('{ } | avg_over_time(duration) > 1ms'),
      metricRule('({ } | rate()) / ({ } | rate()) > 0'),
      matchRule('{ }', { groupBy: [] }),
    ])
    expect(measured.map((each) => (each instanceof Error ? each : [each.completeness, show(each)]))).toEqual([
      ['partial', ['2 !']],
      ['partial', []],
      ['partial', []],
      ['partial', []],
      ['partial', ['2 !']],
    ])
  })

  it('measures each rule over its own window, however they lie', async () => {
    const traces = holdTraces([1000, 61_000, 121_000].map((startMs) => traceOf({ startMs })))
    const at = START + 3 * MINUTE_MS
    const windows = [
      [MINUTE_MS, 0],
      [MINUTE_MS, MINUTE_MS],
      [MINUTE_MS, 2 * MINUTE_MS],
      [3 * MINUTE_MS, 0],
      [MINUTE_MS / 2, MINUTE_MS],
      [2 * MINUTE_MS, MINUTE_MS],
    ] as const
    const rules = windows.flatMap(([windowMs, queryOffsetMs]) => [
      matchRule('{ }', { windowMs, queryOffsetMs, groupBy: [] }),
      metricRule('{ } | count_over_time() > 0', { windowMs, queryOffsetMs }),
    ])
    const measured = await measure(traces, rules, at)
    expect(measured.map((each) => (each instanceof Error ? each : show(each).join()))).toEqual(
      ['1 !', '1 !', '1 !', '3 !', '', '2 !'].flatMap((each) => [each, each]),
    )
  })

  it('ends where it is aborted', async () => {
    const spans = Array.from({ length: 20_000 }, () => ({}))
    const traces = holdTraces([traceOf(...spans), traceOf({})])
    const aborted = AbortSignal.abort(new Error('stopped'))
    const measureAll = createMeasureHere({ traces, freshness: fresh(0), latenessMs: 0 })
    await expect(measureAll([matchRule('{ }')], START + MINUTE_MS, aborted)).rejects.toThrow('stopped')
  })
})

describe('late traces', () => {
  function setUp({ latenessMs = 5 * MINUTE_MS } = {}) {
    const clock = createTestClock(START)
    const window = createTraceWindow({ maxBytes: 1e8, maxAgeMs: 1e9, clock, metrics: createMetrics() })
    let lagMs = 5 * SECOND_MS
    const measureAll = createMeasureHere({
      traces: { ...window, completeSince: () => 0 },
      freshness: () => ({ lagMs, known: true }),
      latenessMs,
    })
    const add = (...traces: readonly Trace[]): void => {
      for (const { spans } of traces) window.add(encodeTraceProtobuf(spans))
    }
    const evaluate = async (rule: AlertingRule): Promise<RuleMeasure> => {
      const [measured] = await measureAll([rule], clock.now(), signal)
      if (measured === undefined || measured instanceof SourceError) throw new Error(String(measured))
      return measured
    }
    return {
      clock,
      add,
      evaluate,
      setLag: (ms: number) => {
        lagMs = ms
      },
      /** Moves the time on and measures; the value of the one instance. */
      next: async (rule: AlertingRule, ms = MINUTE_MS): Promise<string> => {
        await clock.advance(ms)
        const measured = await evaluate(rule)
        const late = measured.lateTraces === undefined ? '' : ` (${measured.lateTraces} late)`
        return `${show(measured).join(' + ')}${late}`
      },
    }
  }

  const rule = matchRule('{ status = error }', { groupBy: [] })
  const failedAt = (startMs: number, parts: Partial<Span> = {}): Trace =>
    traceOf({ startMs, status: failed, ...parts })

  it('are counted once, in the evaluation after they have come', async () => {
    const { add, next } = setUp()
    add(failedAt(10_000), failedAt(20_000))
    expect(await next(rule)).toBe('2 !')
    add(failedAt(30_000), failedAt(70_000))
    expect(await next(rule)).toBe('2 ! (1 late)')
    expect(await next(rule)).toBe('')
    add(failedAt(31_000), failedAt(32_000))
    expect(await next(rule)).toBe('2 ! (2 late)')
    expect(await next(rule)).toBe('')
  })

  it('are not those that came in time, for windows that overlap', async () => {
    const { add, next } = setUp()
    add(failedAt(10_000))
    const counts = []
    for (let step = 0; step < 9; step += 1) counts.push(await next(rule, 10 * SECOND_MS))
    expect(counts).toEqual(['', '1 !', '1 !', '1 !', '1 !', '1 !', '1 !', '', ''])
  })

  it('are not those that lie where no window was', async () => {
    const { add, next } = setUp()
    await next(rule)
    add(failedAt(30_000), failedAt(100_000))
    expect(await next(rule, 5 * MINUTE_MS)).toBe('1 ! (1 late)')
  })

  it('are not those of the time before the rule was there', async () => {
    const { add, next, clock } = setUp()
    await clock.advance(5 * MINUTE_MS)
    await next(rule)
    add(failedAt(30_000))
    expect(await next(rule)).toBe('')
  })

  it('are not those that come later than the bound', async () => {
    const { add, next } = setUp({ latenessMs: MINUTE_MS })
    await next(rule)
    await next(rule)
    add(failedAt(1000), failedAt(50_000), failedAt(60_000))
    expect(await next(rule)).toBe('1 ! (1 late)')
  })

  it('are those too that match by what came late, if they did not match before', async () => {
    const { add, next } = setUp()
    const healthy = traceOf({ startMs: 30_000 })
    const matching = failedAt(40_000)
    add(healthy, matching)
    expect(await next(rule)).toBe('1 !')
    const child = { parentSpanId: '0000000000000001', spanId: '00000000000000aa', status: failed }
    for (const { traceId } of [healthy, matching]) {
      add(buildTrace(buildSpan({ traceId, startTimeUnixNano: toUnixNano(START + 41_000), ...child })))
    }
    expect(await next(rule)).toBe('1 ! (1 late)')
    expect(await next(rule)).toBe('')
  })

  it('are no matter for metric rules, which look at their windows only', async () => {
    const { add, next } = setUp()
    const counting = metricRule('{ status = error } | count_over_time() > 0')
    add(failedAt(10_000))
    expect(await next(counting)).toBe('1 !')
    add(failedAt(20_000), failedAt(70_000))
    expect(await next(counting)).toBe('1 !')
  })

  it('are counted once each, however late and in whatever order they come', async () => {
    const arrivals = fc.array(
      fc.record({
        startMs: fc.integer({ min: 0, max: 5 * MINUTE_MS }),
        lateMs: fc.integer({ min: 0, max: 4 * MINUTE_MS }),
      }),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(arrivals, fc.constantFrom(20, 30, 60, 90), async (all, seconds) => {
        const { add, clock, evaluate } = setUp()
        const every = matchRule('{ status = error }', {
          groupBy: ['trace:id'],
          windowMs: seconds * SECOND_MS,
        })
        const waiting = all
          .map(({ startMs, lateMs }) => ({
            trace: failedAt(startMs, { endTimeUnixNano: toUnixNano(START + startMs) }),
            at: START + startMs + lateMs,
          }))
          .toSorted((left, right) => left.at - right.at)
        const counted: string[] = []
        for (let at = START; at < START + 11 * MINUTE_MS; at += seconds * SECOND_MS) {
          while ((waiting[0]?.at ?? Number.POSITIVE_INFINITY) <= at)
            add(...waiting.splice(0, 1).map(({ trace }) => trace))
          await clock.advance(at - clock.now())
          for (const { labels } of (await evaluate(every)).samples) counted.push(labels.get('trace:id') ?? '')
        }
        expect(counted).toHaveLength(all.length)
        expect(new Set(counted).size).toBe(all.length)
      }),
      { numRuns: 40 },
    )
  })

  it('are not told again where the lag becomes more', async () => {
    const { add, next, setLag } = setUp()
    const metric = metricRule('{ status = error } | count_over_time() > 0', { windowMs: 30_000 })
    const short = { ...rule, windowMs: 30_000 }
    add(failedAt(10_000))
    expect(await next(short, 20_000)).toBe('1 !')
    expect(await next(short, 30_000)).toBe('')
    expect(await next(metric, 0)).toBe('')
    setLag(40 * SECOND_MS)
    expect(await next(short, 5000)).toBe('')
    expect(await next(metric, 0)).toBe('')
    add(failedAt(60_000))
    expect(await next(short, 55_000)).toBe('1 !')
    expect(await next(metric, 0)).toBe('1 !')
  })

  it('leave no gap where the lag becomes less', async () => {
    const { add, next, setLag } = setUp()
    setLag(30 * SECOND_MS)
    add(failedAt(10_000), failedAt(40_000))
    expect(await next(rule)).toBe('1 !')
    setLag(5 * SECOND_MS)
    add(failedAt(80_000))
    expect(await next(rule)).toBe('2 !')
    expect(await next(rule)).toBe('')
  })
})
