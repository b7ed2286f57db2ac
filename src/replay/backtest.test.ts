import { describe, expect, it } from 'vitest'
import { matchRule, metricRule } from '../../test/build-rule.js'
import { lineOf, writeTemporary, type LineSpan } from '../../test/otlp-lines.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import { MINUTE_MS, SECOND_MS } from '../model/time.js'
import { runBacktest, type BacktestOptions, type BacktestReport } from './backtest.js'
import { ReplayError } from './replay-error.js'

const T0 = Date.UTC(2026, 2, 2, 8)

interface Run {
  readonly lines: readonly string[]
  readonly rules: readonly AlertingRule[]
  readonly arrivals?: readonly number[]
  readonly options?: Partial<BacktestOptions>
}

async function run({ lines, rules, arrivals, options }: Run): Promise<BacktestReport> {
  const path = await writeTemporary('traces.jsonl', `${lines.join('\n')}\n`)
  const times = arrivals?.map((ms) => T0 + ms).join('\n')
  return runBacktest({
    groups: [{ name: 'shop', file: 'rules.yaml', intervalMs: 10 * SECOND_MS, rules }],
    path,
    arrivals: times === undefined ? undefined : await writeTemporary('arrival.txt', times),
    from: undefined,
    to: undefined,
    maxBytes: 1e8,
    onBadLine: () => {},
    onProgress: () => {},
    signal: new AbortController().signal,
    ...options,
  })
}

let numbers = 0

/** A line with one trace that ends so many milliseconds in. */
function line(endMs: number, parts: Partial<LineSpan> = {}): string {
  numbers += 1
  const { durationMs = 5 } = parts
  return lineOf({ traceId: numbers, spanId: 1, startMs: T0 + endMs - durationMs, ...parts })
}

/** Healthy traffic: a trace a second. */
function traffic(seconds: number, from = 0): string[] {
  return Array.from({ length: seconds }, (_, second) => line((from + second) * SECOND_MS))
}

/** `rule fired-ended value` of each firing, in seconds since the beginning. */
function show({ rules }: BacktestReport): readonly string[] {
  const since = (at: number | undefined): string => (at === undefined ? '' : String((at - T0) / SECOND_MS))
  return rules.flatMap(({ rule, firings }) =>
    firings.map(
      ({ firedAt, endedAt, value }) => `${rule.alert} ${since(firedAt)}-${since(endedAt)} ${value}`,
    ),
  )
}

const failing = matchRule('{ status = error }', { alert: 'Failing', groupBy: ['resource.service.name'] })

/** In the order of their ends, as the Collector writes them. */
function inOrder(lines: readonly string[]): readonly string[] {
  const endOf = (text: string): string => /"endTimeUnixNano":"(\d+)"/.exec(text)?.[1] ?? ''
  return lines.toSorted((left, right) => (endOf(left) < endOf(right) ? -1 : 1))
}

describe('a backtest', () => {
  it('says when an alert fires and ends, in the time of the data', async () => {
    // Until a hundred spans have come, windows end 10 s back; then at most 1 s.
    const lines = inOrder([...traffic(300), line(150_500, { failed: true })])
    const report = await run({ lines, rules: [failing] })
    expect(show(report)).toEqual(['Failing 160-220 1'])
    expect([report.from - T0, report.to - T0, report.file?.spans]).toEqual([10_000, 300_000, 301])
  })

  it('goes through pending, and waits before it ends', async () => {
    const rule = { ...failing, forMs: 30 * SECOND_MS, keepFiringForMs: 20 * SECOND_MS }
    const lines = inOrder([...traffic(300), line(150_500, { failed: true })])
    expect(show(await run({ lines, rules: [rule] }))).toEqual(['Failing 190-240 1'])
  })

  it('shows what still fires when the data end', async () => {
    const lines = inOrder([...traffic(200), line(180_500, { failed: true })])
    const report = await run({ lines, rules: [failing] })
    expect(show(report)).toEqual(['Failing 190- 1'])
    expect(report.rules[0]?.firings[0]?.traceIds).toHaveLength(1)
  })

  it('sees a span from when it arrived', async () => {
    const lines = [...traffic(130), line(90_500, { failed: true }), ...traffic(170, 130)]
    const arrivals = lines.map((_, index) => (index < 130 ? index : index - 1) * SECOND_MS + 500)
    // It arrives 39 s late: it is counted in the windows that still hold it.
    expect(show(await run({ lines, arrivals, rules: [failing] }))).toEqual(['Failing 130-160 1'])
    const prompt = inOrder([...traffic(300), line(90_500, { failed: true })])
    expect(show(await run({ lines: prompt, rules: [failing] }))).toEqual(['Failing 100-160 1'])
  })

  it('takes over what came too late for its window, once', async () => {
    const lines = [...traffic(260), line(130_500, { failed: true }), ...traffic(40, 260)]
    const arrivals = lines.map((_, index) => (index < 260 ? index : index - 1) * SECOND_MS + 500)
    expect(show(await run({ lines, arrivals, rules: [failing] }))).toEqual(['Failing 260-270 1'])
  })

  it('looks no further than the data go', async () => {
    const quiet = metricRule('{ } | rate() < 0.5', { alert: 'Quiet', windowMs: 40 * SECOND_MS })
    const lines = [...traffic(200), ...traffic(100, 260)]
    const report = await run({ lines, rules: [quiet] })
    expect(show(report)).toEqual(['Quiet 230-240 0.25', 'Quiet 270-280 0.25'])
    expect(report.to - T0).toBe(360_000)
  })

  it('counts what it could not be sure of', async () => {
    const bad = matchRule('{ 1 / 0 = 1 }', { alert: 'Bad' })
    const unsure = metricRule('{ } | rate() < 1', { alert: 'Unsure' })
    const report = await run({
      lines: [...traffic(100), 'nonsense', line(99_000)],
      rules: [bad, unsure, failing],
    })
    const [first, second] = report.rules
    expect(first).toMatchObject({
      evaluations: 10,
      failed: 10,
      lastError: expect.stringContaining('divided by zero'),
    })
    // Its first windows reach back to before the data.
    expect(second).toMatchObject({ partial: 6, firings: [] })
    expect(report.file?.badLines).toBe(1)
  })

  it('evaluates between two moments, over all that came before', async () => {
    const lines = inOrder([...traffic(300), line(95_500, { failed: true }), line(150_500, { failed: true })])
    const between = (from: number, to: number) =>
      run({ lines, rules: [failing], options: { from: T0 + from, to: T0 + to } })
    expect(show(await between(110_000, 130_000))).toEqual(['Failing 110- 1'])
    const report = await between(141_000, 161_000)
    expect(show(report)).toEqual(['Failing 150- 1'])
    expect([report.from - T0, report.to - T0]).toEqual([150_000, 160_000])
  })

  it('fills in the texts of alerts, and tells where it cannot', async () => {
    const annotations = new Map([
      ['summary', '{{ $labels["resource.service.name"] }}: {{ $value }}'],
      ['broken', '{{ $value | nonsense }}'],
    ])
    const lines = inOrder([...traffic(200), line(150_500, { failed: true })])
    const { rules, templateFaults } = await run({ lines, rules: [{ ...failing, annotations }] })
    expect(rules[0]?.firings[0]?.annotations.get('summary')).toBe('shop: 1')
    expect(templateFaults).toHaveLength(1)
  })

  it('gives each anomaly once, in the payload of the webhook', async () => {
    const anomalies: string[] = []
    const busy = metricRule('{ } | rate() > 0.5', { alert: 'Busy' })
    const lines = inOrder([...traffic(200), line(150_500, { failed: true, name: 'pay', durationMs: 2500 })])
    const onAnomaly = (each: string): void => void anomalies.push(each)
    await run({ lines, rules: [failing, busy], options: { from: T0 + 120_000, onAnomaly } })
    const parsed: unknown[] = anomalies.map((each) => JSON.parse(each))
    expect(parsed).toEqual([
      {
        anomaly_type: 'Busy',
        trace_id: expect.any(String),
        span_name: 'work',
        duration_ms: 5,
        affected_traces: 10,
        total_traces: 60,
        timestamp: (T0 + 120_000) / 1000,
        service: 'shop',
        rule: 'Busy',
      },
      {
        anomaly_type: 'Failing',
        trace_id: numbers.toString(16).padStart(32, '0'),
        span_name: 'pay',
        duration_ms: 2500,
        affected_traces: 1,
        total_traces: 61,
        timestamp: (T0 + 160_000) / 1000,
        service: 'shop',
        rule: 'Failing',
      },
    ])
  })

  it.each([20 * MINUTE_MS, Date.UTC(2554, 6, 21) - T0])(
    'does not follow a clock that is %d ms ahead, and says so',
    async (aheadMs) => {
      const lines = inOrder([...traffic(300), line(150_500, { failed: true })])
      const alone = await run({ lines, rules: [failing] })
      for (const index of [0, 100, lines.length]) {
        const report = await run({ lines: lines.toSpliced(index, 0, line(aheadMs)), rules: [failing] })
        expect(show(report)).toEqual(show(alone))
        expect([report.from, report.to]).toEqual([alone.from, alone.to])
        expect(report.file?.ahead).toEqual({ count: 1, first: { line: index + 1, end: T0 + aheadMs } })
      }
    },
  )

  it('says how many traces came too late to be counted', async () => {
    const late = [line(10_000, { failed: true }), line(20_000, { traceId: 5000, failed: true })]
    const lines = [...traffic(600), ...late, line(21_000, { traceId: 5000 }), ...traffic(20, 600)]
    const report = await run({ lines, rules: [failing] })
    expect([show(report), report.file?.lateTraces]).toEqual([[], 2])
    const arrivals = lines.map((_, index) => index * SECOND_MS)
    expect((await run({ lines, rules: [failing], arrivals })).file?.lateTraces).toBe(2)
    expect((await run({ lines: inOrder(lines), rules: [failing] })).file?.lateTraces).toBe(0)
  })

  it('takes the time of arrival for what it is', async () => {
    const lines = [...traffic(30), line(20 * MINUTE_MS), ...traffic(30, 30)]
    const arrivals = lines.map((_, index) => index * SECOND_MS)
    expect((await run({ lines, rules: [failing], arrivals })).file).toMatchObject({
      spans: 61,
      ahead: { count: 0 },
    })
  })

  it('comes to the same again', async () => {
    const lines = inOrder([...traffic(200), line(150_500, { failed: true }), line(170_000, { failed: true })])
    const rules = [failing, metricRule('{ } | rate() > 0.5', { alert: 'Busy' })]
    expect(await run({ lines, rules })).toEqual(await run({ lines, rules }))
  })

  it('holds no more than it may', async () => {
    const padded = Array.from({ length: 400 }, (_, second) =>
      line(second * SECOND_MS, { name: 'x'.repeat(2000) }),
    )
    const report = await run({ lines: padded, rules: [failing], options: { maxBytes: 100_000 } })
    expect(report.rules[0]?.partial).toBeGreaterThan(30)
  })

  it.each([
    [['nonsense'], undefined, 'found no spans; bad lines: 1'],
    [[line(0), ...Array.from({ length: 20 }, () => line(1e12))], undefined, 'more than 500000 evaluations'],
    [[line(0), line(1)], [0], 'has no line 2'],
  ])('refuses what it cannot use', async (lines, arrivals, problem) => {
    const running = run({ lines, rules: [failing], ...(arrivals === undefined ? {} : { arrivals }) })
    await expect(running).rejects.toThrow(ReplayError)
    await expect(run({ lines, rules: [failing], ...(arrivals && { arrivals }) })).rejects.toThrow(problem)
  })

  it('ends where it is aborted', async () => {
    const aborted = AbortSignal.abort(new Error('stopped'))
    await expect(
      run({ lines: traffic(100), rules: [failing], options: { signal: aborted } }),
    ).rejects.toThrow('stopped')
  })

  it('has the same length for every window of a rule that is due once a minute', async () => {
    const lines = traffic(600)
    const every = {
      name: 'm',
      file: 'rules.yaml',
      intervalMs: MINUTE_MS,
      rules: [metricRule('{ } | rate() > 0')],
    }
    const report = await run({ lines, rules: [], options: { groups: [every] } })
    expect(report.rules[0]).toMatchObject({ evaluations: 10, noData: 0 })
  })
})
