import { describe, expect, it } from 'vitest'
import { advanceUntil } from '../../test/advance-until.js'
import { matchRule, metricRule } from '../../test/build-rule.js'
import { tracesOf } from '../../test/conformance/tempo/differential/search-here.js'
import { lineOf } from '../../test/otlp-lines.js'
import { createTestSpanSource, type TestSpanSourceOptions } from '../../test/span-source.js'
import { createTestClock } from '../../test/test-clock.js'
import type { AlertingRule, RuleGroup } from '../model/alerting-rule.js'
import { SourceError } from '../model/source-error.js'
import { MINUTE_MS, SECOND_MS } from '../model/time.js'
import type { GateReport } from './gate.js'
import { gateSource, type GateSourceOptions } from './gate-source.js'
import { ReplayError } from './replay-error.js'

const T0 = Date.UTC(2026, 2, 2, 8)
/** The gate begins then; it is no whole step. */
const NOW = T0 + 1207 * SECOND_MS
const LAG_MS = 30 * SECOND_MS

/** A trace every three seconds for twenty minutes and seven seconds, and others that fail. */
function traffic(failing: readonly number[]) {
  const lines = [
    ...Array.from({ length: 402 }, (_, index) =>
      lineOf({ traceId: index + 1, spanId: 1, startMs: T0 + index * 3 * SECOND_MS }),
    ),
    ...failing.map((second, index) =>
      lineOf({ traceId: 1000 + index, spanId: 1, startMs: T0 + second * SECOND_MS, failed: true }),
    ),
  ]
  return tracesOf(lines.map((line): object => JSON.parse(line)))
}

const failing = matchRule('{ status = error }', { alert: 'Failing', groupBy: ['resource.service.name'] })
const absent = metricRule('{ name = "nobody" } | count_over_time() > 0', { alert: 'Absent' })

interface Run {
  readonly failingAt?: readonly number[]
  readonly rules?: readonly AlertingRule[]
  readonly intervalMs?: number
  readonly source?: Partial<TestSpanSourceOptions>
  readonly options?: Partial<GateSourceOptions>
}

interface Ran extends GateReport {
  readonly waits: readonly number[]
  /** How long it took, on the clock. */
  readonly tookMs: number
}

async function run({ failingAt = [], rules = [failing], ...more }: Run = {}): Promise<Ran> {
  const { intervalMs = 30 * SECOND_MS } = more
  const clock = createTestClock(NOW)
  const groups: readonly RuleGroup[] = [{ name: 'shop', file: 'rules.yaml', intervalMs, rules }]
  const waits: number[] = []
  const running = gateSource({
    groups,
    source: createTestSpanSource({ parts: traffic(failingAt), lagMs: LAG_MS, ...more.source }),
    windowMs: 10 * MINUTE_MS,
    end: undefined,
    requireData: false,
    timeoutMs: 5 * MINUTE_MS,
    wait: true,
    onWait: (ms) => void waits.push(ms),
    onProgress: () => {},
    clock,
    signal: new AbortController().signal,
    ...more.options,
  })
  const report = await advanceUntil(clock, running)
  return { ...report, waits, tookMs: clock.now() - NOW }
}

/** `rule fired-ended value` of each firing, in seconds since the beginning. */
function show({ rules }: GateReport): readonly string[] {
  const since = (at: number | undefined): string => (at === undefined ? '' : String((at - T0) / SECOND_MS))
  return rules.flatMap(({ rule, firings }) =>
    firings.map(
      ({ firedAt, endedAt, value }) => `${rule.alert} ${since(firedAt)}-${since(endedAt)} ${value}`,
    ),
  )
}

const away = new SourceError('Connection refused', { reason: 'transient' })

describe('a gate over a source', () => {
  it('lets pass where nothing fires, and says what was looked at', async () => {
    const report = await run()
    expect(report).toMatchObject({ verdict: 'nothing fired', reasons: [], sawTraces: true })
    expect(report.rules[0]).toMatchObject({ evaluations: 21 })
    expect(report.period).toEqual({ start: NOW - 10 * MINUTE_MS, end: NOW })
  })

  it('waits for what was sent just before', async () => {
    const report = await run({ failingAt: [1206] })
    // A window of a minute ends on steps of 15 s, of which 1215 is the first that holds it.
    expect(show(report)).toEqual(['Failing 1245- 1'])
    expect([report.verdict, report.waits]).toEqual(['fired', [38 * SECOND_MS]])
  })

  it('looks only at what is shown where it is not to wait', async () => {
    const options = { wait: false }
    const report = await run({ failingAt: [1206], options })
    expect(report).toMatchObject({ verdict: 'nothing fired', waits: [], period: { end: NOW - LAG_MS } })
    expect(show(await run({ failingAt: [1160], options }))).toEqual(['Failing 1207- 1'])
  })

  it('finds what fired and has ended', async () => {
    const report = await run({ failingAt: [800] })
    expect(show(report)).toEqual(['Failing 855-915 1'])
    expect(report.verdict).toBe('fired')
    expect(report.rules[0]?.firings[0]?.traceIds).toEqual([(1000).toString(16).padStart(32, '0')])
  })

  it('does not find what had ended before', async () => {
    expect((await run({ failingAt: [500] })).verdict).toBe('nothing fired')
  })

  it('lets an alert last for its `for`', async () => {
    const rules = [{ ...failing, forMs: MINUTE_MS }]
    expect((await run({ rules, failingAt: [900] })).verdict).toBe('nothing fired')
    expect(show(await run({ rules, failingAt: [900, 930, 960] }))).toEqual(['Failing 1005-1065 2'])
  })

  it('has no verdict of a rule that could not fire', async () => {
    const rules = [{ ...failing, forMs: 11 * MINUTE_MS }, absent]
    const { verdict, reasons } = await run({ rules })
    expect(verdict).toBe('no verdict')
    expect(reasons).toEqual([
      'Failing: could not fire, as its `for` of 660 s is longer than the 600 s from its first evaluation to its last: give a longer --window',
    ])
  })

  it('evaluates at the end where the interval is longer than the window', async () => {
    const report = await run({ failingAt: [1200], intervalMs: 60 * MINUTE_MS })
    expect(report.rules[0]).toMatchObject({ evaluations: 1 })
    expect(show(report)).toEqual(['Failing 1245- 1'])
  })

  it('waits longer for rules that look further back, which see the same end', async () => {
    const late = { ...failing, alert: 'Late', queryOffsetMs: 2 * MINUTE_MS }
    const report = await run({ failingAt: [1205], rules: [failing, late] })
    expect(show(report)).toEqual(['Failing 1245- 1', 'Late 1335- 1'])
    expect(report.waits).toEqual([128 * SECOND_MS])
    expect(report.rules.map(({ evaluations }) => evaluations)).toEqual([21, 21])
  })

  it('needs no wait for an end that has passed, and finds nothing beyond it', async () => {
    const options = { end: T0 + 900 * SECOND_MS }
    const report = await run({ failingAt: [1000], options })
    expect(report).toMatchObject({ verdict: 'nothing fired', waits: [] })
    expect((await run({ failingAt: [890], options })).verdict).toBe('fired')
  })

  it('has no verdict where the source does not answer, and gives it up', async () => {
    const { verdict, reasons, rules } = await run({ source: { failure: () => away } })
    expect(verdict).toBe('no verdict')
    expect(reasons).toEqual([
      expect.stringMatching(/^given up after 5 evaluations without an answer: Connection refused$/),
      'Failing: failed in 5 of 5 evaluations',
    ])
    expect(rules[0]).toMatchObject({ failed: 5 })
  })

  it('does not take an alert for a finding that tells of a failure', async () => {
    const rules = [{ ...failing, onError: 'alerting' as const }]
    const report = await run({ rules, source: { failure: () => away } })
    expect(report.verdict).toBe('no verdict')
  })

  it('has found what it found, whatever it could not see', async () => {
    let asked = 0
    // The last evaluations fail.
    const failure = () => (asked++ > 60 ? away : undefined)
    const report = await run({ failingAt: [700], source: { failure } })
    expect(report.verdict).toBe('fired')
    expect(report.reasons).not.toEqual([])
  })

  it('has no verdict where a part was seen only', async () => {
    const report = await run({
      failingAt: [],
      rules: [matchRule('{ }', { alert: 'All', threshold: 1000 })],
      source: { mostTraces: 3 },
    })
    expect(report.verdict).toBe('no verdict')
    expect(report.reasons).toEqual(['All: saw only a part of the traces in 21 of 21 evaluations'])
  })

  it.each([
    ['ok', false, 'nothing fired', []],
    ['ok', true, 'no verdict', ['no trace was found at all']],
    ['keep', false, 'no verdict', ['Failing: found no trace, and its no_data is keep']],
    ['alerting', false, 'fired', []],
  ] as const)(
    'of no data at all thinks as the rule says: %s, --require-data %s',
    async (noData, requireData, verdict, reasons) => {
      const rules = [{ ...failing, noData }]
      const report = await run({ rules, source: { parts: [] }, options: { requireData } })
      expect(report).toMatchObject({ verdict, reasons, sawTraces: false })
    },
  )

  it('refuses to wait longer than it may', async () => {
    const running = run({ options: { timeoutMs: 20 * SECOND_MS } })
    await expect(running).rejects.toThrow(ReplayError)
    await expect(run({ options: { timeoutMs: 20 * SECOND_MS } })).rejects.toThrow(
      '--timeout: found 20 s, expected more than the 38 s until all rules see the end; or --no-wait',
    )
  })

  it('has no verdict when its time is up', async () => {
    const never = new Promise<never>(() => {})
    const source = createTestSpanSource({ parts: [], lagMs: LAG_MS })
    const hanging = {
      ...source,
      tracesInParts: (_window: unknown, _most: unknown, signal: AbortSignal) =>
        Promise.race([
          never,
          new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ]),
    }
    const report = await run({ options: { source: hanging } })
    expect(report).toMatchObject({
      verdict: 'no verdict',
      reasons: ['not done within 300 s (--timeout)'],
      tookMs: 300_000,
    })
  })

  it('ends where it is aborted, also while it waits', async () => {
    const controller = new AbortController()
    const onWait = (): void => controller.abort(new Error('stopped'))
    await expect(run({ options: { signal: controller.signal, onWait } })).rejects.toThrow('stopped')
  })

  it('refuses more evaluations than anybody waits for', async () => {
    const options = { windowMs: 400 * 86_400_000, wait: false }
    await expect(run({ options })).rejects.toThrow(
      '--window: that is 1152001 evaluations, expected at most 50000',
    )
  })
})
