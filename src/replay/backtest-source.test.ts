import { describe, expect, it } from 'vitest'
import { advanceUntil } from '../../test/advance-until.js'
import { matchRule, metricRule } from '../../test/build-rule.js'
import { tracesOf } from '../../test/conformance/tempo/differential/search-here.js'
import { lineOf } from '../../test/otlp-lines.js'
import { createTestSpanSource, type TestSpanSourceOptions } from '../../test/span-source.js'
import { createTestClock } from '../../test/test-clock.js'
import type { AlertingRule, RuleGroup } from '../model/alerting-rule.js'
import { MINUTE_MS, SECOND_MS } from '../model/time.js'
import { SourceError } from '../model/source-error.js'
import type { BacktestReport } from './backtest-report.js'
import { backtestSource, type BacktestSourceOptions } from './backtest-source.js'
import { ReplayError } from './replay-error.js'

const T0 = Date.UTC(2026, 2, 2, 8)
const LAG_MS = 30 * SECOND_MS

/** A trace a second for ten minutes, of which those at these seconds fail. */
function traffic(failing: readonly number[]) {
  const lines = Array.from({ length: 600 }, (_, second) =>
    lineOf({
      traceId: second + 1,
      spanId: 1,
      startMs: T0 + second * SECOND_MS,
      failed: failing.includes(second),
    }),
  )
  return tracesOf(lines.map((line): object => JSON.parse(line)))
}

const failing = matchRule('{ status = error }', { alert: 'Failing', groupBy: ['resource.service.name'] })
const group = (rules: readonly AlertingRule[], intervalMs = 30 * SECOND_MS): RuleGroup => ({
  name: 'shop',
  file: 'rules.yaml',
  intervalMs,
  rules,
})

interface Run {
  readonly groups: readonly RuleGroup[]
  readonly source?: Partial<TestSpanSourceOptions>
  readonly options?: Partial<BacktestSourceOptions>
}

async function run({ groups, source, options }: Run): Promise<BacktestReport> {
  const clock = createTestClock(T0 + 60 * MINUTE_MS)
  const running = backtestSource({
    groups,
    source: createTestSpanSource({ parts: traffic([200, 205]), lagMs: LAG_MS, ...source }),
    period: { start: T0, end: T0 + 10 * MINUTE_MS },
    onProgress: () => {},
    clock,
    signal: new AbortController().signal,
    ...options,
  })
  return advanceUntil(clock, running)
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

/** Fails for questions whose number is one of these. */
function outageIn(isOut: (number: number) => boolean, reason: SourceError['reason'] = 'transient') {
  let asked = 0
  return (): SourceError | undefined => {
    asked += 1
    return isOut(asked) ? new SourceError('Connection refused', { reason, hint: 'start it' }) : undefined
  }
}

describe('a backtest over a source', () => {
  it('says when an alert fires and ends, with windows behind the lag of the source', async () => {
    const report = await run({ groups: [group([failing])] })
    // Failed at 200 s and 205 s; windows of a minute end 30 s back.
    expect(show(report)).toEqual(['Failing 240-300 2'])
    expect([report.from - T0, report.to - T0, report.lagMs, report.cutOff]).toEqual([
      0,
      600_000,
      LAG_MS,
      undefined,
    ])
    expect(report.rules[0]).toMatchObject({ evaluations: 21, failed: 0, partial: 0 })
    expect(report.rules[0]?.firings[0]?.traceIds).toHaveLength(2)
  })

  it('goes through pending, and gives each anomaly once', async () => {
    const anomalies: string[] = []
    const report = await run({
      groups: [group([{ ...failing, forMs: 30 * SECOND_MS }])],
      options: { onAnomaly: (line) => void anomalies.push(line) },
    })
    expect(show(report)).toEqual(['Failing 270-300 2'])
    expect(anomalies.map((line): unknown => JSON.parse(line))).toMatchObject([
      { anomaly_type: 'Failing', service: 'shop' },
      { anomaly_type: 'Failing', service: 'shop' },
    ])
  })

  it('evaluates each group on its own interval, in order of time, and says how far it is', async () => {
    const busy = metricRule('{ } | rate() > 0.5', { alert: 'Busy' })
    const progress: string[] = []
    const report = await run({
      groups: [group([failing], 5 * MINUTE_MS), { ...group([busy], 2 * MINUTE_MS), name: 'traffic' }],
      options: { onProgress: (done, total) => void progress.push(`${done}/${total}`) },
    })
    expect(report.rules.map(({ evaluations }) => evaluations)).toEqual([3, 6])
    expect(progress).toEqual(Array.from({ length: 9 }, (_, index) => `${index + 1}/9`))
    expect(show(report)).toEqual(['Busy 120- 1'])
  })

  it('comes to the same again', async () => {
    const groups = [group([failing, metricRule('{ } | rate() > 0.5', { alert: 'Busy' })])]
    expect(await run({ groups })).toEqual(await run({ groups }))
  })

  it('asks again where the source is away for a moment', async () => {
    const whole = await run({ groups: [group([failing])] })
    const shaken = await run({
      groups: [group([failing])],
      source: { failure: outageIn((number) => number % 7 < 3) },
    })
    expect(shaken).toEqual(whole)
  })

  it('counts what failed all the same, and goes on', async () => {
    const report = await run({
      groups: [group([failing])],
      source: { failure: outageIn((number) => number <= 6) },
    })
    expect(report.cutOff).toBeUndefined()
    expect(report.rules[0]).toMatchObject({ evaluations: 21, failed: 3, lastError: 'Connection refused' })
    expect(show(report)).toEqual(['Failing 240-300 2'])
  })

  it('gives up a source that stays away', async () => {
    const report = await run({ groups: [group([failing])], source: { failure: outageIn(() => true) } })
    expect(report.cutOff).toBe('given up after 5 evaluations without an answer: Connection refused; start it')
    expect(report.rules[0]).toMatchObject({ evaluations: 5, failed: 5 })
  })

  it('gives up what is no such source at all, and keeps one that only lacks what a question needs', async () => {
    const none = await run({
      groups: [group([failing])],
      source: { failure: outageIn(() => true, 'unsupported') },
    })
    expect([none.cutOff, none.rules[0]?.evaluations]).toEqual([expect.stringMatching(/^given up after 5/), 5])
    const some = await run({
      groups: [group([failing])],
      source: { failure: outageIn((number) => number > 1, 'unsupported') },
    })
    expect([some.cutOff, some.rules[0]?.evaluations]).toEqual([undefined, 21])
  })

  it('does not ask again what the source refuses', async () => {
    const failure = outageIn(() => true, 'rejected')
    const report = await run({ groups: [group([failing])], source: { failure } })
    expect(report.rules[0]).toMatchObject({ evaluations: 21, failed: 21 })
  })

  it('refuses more evaluations than anybody waits for', async () => {
    const period = { start: T0 - 400 * 86_400_000, end: T0 }
    const running = run({ groups: [group([failing])], options: { period } })
    await expect(running).rejects.toThrow(ReplayError)
    await expect(run({ groups: [group([failing])], options: { period } })).rejects.toThrow(
      '1152001 evaluations of 1 groups, expected at most 50000',
    )
  })

  it('ends where it is aborted', async () => {
    const aborted = AbortSignal.abort(new Error('stopped'))
    await expect(run({ groups: [group([failing])], options: { signal: aborted } })).rejects.toThrow('stopped')
  })
})
