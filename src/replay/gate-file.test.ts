import { describe, expect, it } from 'vitest'
import { matchRule, metricRule } from '../../test/build-rule.js'
import { lineOf, writeTemporary } from '../../test/otlp-lines.js'
import { createSystemClock } from '../system-clock.js'
import type { AlertingRule } from '../model/alerting-rule.js'
import { MINUTE_MS, SECOND_MS } from '../model/time.js'
import type { GateReport } from './gate.js'
import { gateFile, type GateFileOptions } from './gate-file.js'
import { ReplayError } from './replay-error.js'

const T0 = Date.UTC(2026, 2, 2, 8)

/** A trace a second, of which those at these seconds fail. */
function traffic(seconds: number, failing: readonly number[] = []): readonly string[] {
  return Array.from({ length: seconds }, (_, second) =>
    lineOf({
      traceId: second + 1,
      spanId: 1,
      startMs: T0 + second * SECOND_MS,
      failed: failing.includes(second),
    }),
  )
}

async function run(
  lines: readonly string[],
  rules: readonly AlertingRule[],
  options: Partial<GateFileOptions> = {},
): Promise<GateReport> {
  return gateFile({
    path: await writeTemporary('traces.jsonl', `${lines.join('\n')}\n`),
    groups: [{ name: 'shop', file: 'rules.yaml', intervalMs: 10 * SECOND_MS, rules }],
    windowMs: 10 * MINUTE_MS,
    end: undefined,
    requireData: false,
    timeoutMs: 60 * MINUTE_MS,
    maxBytes: 1e8,
    onBadLine: () => {},
    onReading: () => {},
    onProgress: () => {},
    clock: createSystemClock({ keepAlive: false }),
    signal: new AbortController().signal,
    ...options,
  })
}

const failing = matchRule('{ status = error }', { alert: 'Failing', groupBy: ['resource.service.name'] })
const quiet = metricRule('{ } | rate() < 0.5', { alert: 'Quiet' })

describe('a gate over a file', () => {
  it('tells whether anything fires', async () => {
    expect(await run(traffic(300), [failing, quiet])).toMatchObject({
      verdict: 'nothing fired',
      reasons: [],
      sawTraces: true,
    })
    const report = await run(traffic(300, [100, 299]), [failing])
    expect(report.verdict).toBe('fired')
    expect(report.rules[0]?.firings.map(({ value, endedAt }) => [value, endedAt === undefined])).toEqual([
      [1, false],
      [1, true],
    ])
  })

  it('judges a rule over all of a file that is shorter than its window', async () => {
    const report = await run(traffic(20, [3]), [failing, { ...quiet, windowMs: 5 * MINUTE_MS }])
    expect(report.rules.map(({ evaluations, partial }) => [evaluations, partial])).toEqual([
      [1, 0],
      [1, 0],
    ])
    expect(report.rules.map(({ firings }) => firings.length)).toEqual([1, 1])
  })

  it('says of a file that is too short for a rule to fire that this is so', async () => {
    const { verdict, reasons } = await run(traffic(120), [{ ...failing, forMs: 3 * MINUTE_MS }])
    expect(verdict).toBe('no verdict')
    expect(reasons).toEqual([
      expect.stringMatching(/^Failing: could not fire, .*: the file is too short for it$/),
    ])
  })

  it('looks at the last minutes before the end only, which may be named', async () => {
    const lines = traffic(600, [100, 470])
    const options = { windowMs: MINUTE_MS }
    expect((await run(lines, [failing], options)).verdict).toBe('nothing fired')
    expect((await run(lines, [failing], { ...options, end: T0 + 520 * SECOND_MS })).verdict).toBe('fired')
    expect((await run(lines, [failing], { ...options, end: T0 + 469 * SECOND_MS })).verdict).toBe(
      'nothing fired',
    )
  })

  it('does not mind the order of lines', async () => {
    const late = traffic(300, [250]).toReversed()
    expect((await run(late, [failing])).rules[0]?.firings).toEqual(
      (await run(traffic(300, [250]), [failing])).rules[0]?.firings,
    )
  })

  it.each([T0 + 30 * MINUTE_MS, Date.UTC(2554, 6, 21)])(
    'is never green because of a clock that is ahead: %d',
    async (startMs) => {
      const wrong = lineOf({ traceId: 9999, spanId: 1, startMs })
      const broken = traffic(300, [250, 260, 270])
      const healthy = traffic(300)
      for (const index of [0, 150, 300]) {
        const fired = await run(broken.toSpliced(index, 0, wrong), [failing])
        expect([fired.verdict, fired.rules[0]?.firings.length]).toEqual(['fired', 1])
        const { verdict, reasons } = await run(healthy.toSpliced(index, 0, wrong), [failing])
        expect([verdict, reasons]).toEqual([
          'no verdict',
          [
            expect.stringContaining(
              `traces.jsonl: 1 span ends more than 5 min ahead of all others and was left out, such as line ${index + 1}: ${new Date(startMs).toISOString().slice(0, 10)}`,
            ),
          ],
        ])
      }
    },
  )

  it('follows a gap in a recording', async () => {
    const later = Array.from({ length: 30 }, (_, second) =>
      lineOf({ traceId: 5000 + second, spanId: 1, startMs: T0 + 60 * MINUTE_MS + second * SECOND_MS }),
    )
    expect(await run([...traffic(300), ...later], [failing])).toMatchObject({
      verdict: 'nothing fired',
      reasons: [],
      period: { end: T0 + 60 * MINUTE_MS + 29 * SECOND_MS + 5 + 1 },
    })
  })

  it('has no verdict where lines cannot be read, or there is no memory for all', async () => {
    const bad = await run([...traffic(300), 'nonsense'], [failing])
    expect(bad).toMatchObject({
      verdict: 'no verdict',
      reasons: [expect.stringContaining('bad lines passed over: 1')],
    })
    const padded = Array.from({ length: 400 }, (_, second) =>
      lineOf({ traceId: second + 1, spanId: 1, startMs: T0 + second * SECOND_MS, name: 'x'.repeat(2000) }),
    )
    const cut = await run(padded, [failing], { maxBytes: 100_000 })
    expect(cut).toMatchObject({
      verdict: 'no verdict',
      reasons: [expect.stringContaining('saw only a part')],
    })
  })

  it.each([
    [['nonsense'], 'found no spans'],
    [[''], 'traces.jsonl'],
  ])('refuses what it cannot use', async (lines, problem) => {
    await expect(run(lines, [failing])).rejects.toThrow(ReplayError)
    await expect(run(lines, [failing])).rejects.toThrow(problem)
  })

  it('comes to the same again', async () => {
    const lines = traffic(300, [100, 105, 299])
    const path = { path: await writeTemporary('traces.jsonl', lines.join('\n')) }
    expect(await run([], [failing, quiet], path)).toEqual(await run([], [failing, quiet], path))
  })
})
