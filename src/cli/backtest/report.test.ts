import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { anomalyRule, matchRule } from '../../../test/build-rule.js'
import { writeTemporary } from '../../../test/otlp-lines.js'
import type { BacktestReport } from '../../replay/backtest.js'
import type { Firing, RuleHistory } from '../../replay/firing-log.js'
import { describeReplay } from './describe-replay.js'
import { encodeReport } from './encode-report.js'
import { findProblems } from './find-problems.js'
import { formatReport } from './format-report.js'
import { openAlertsFile } from './open-alerts-file.js'
import { countFiring, formatAxis, formatTimeline } from './timeline.js'

const T0 = Date.UTC(2026, 2, 2, 8)
const MINUTE_MS = 60_000
/** So that a column of the timeline is a minute. */
const PERIOD = { start: T0, end: T0 + 48 * MINUTE_MS }

function firing(from: number, until: number | undefined, parts: Partial<Firing> = {}): Firing {
  return {
    labels: new Map([
      ['alertname', 'Slow'],
      ['service', 'cart'],
    ]),
    annotations: new Map([['summary', 'it is slow']]),
    activeAt: T0 + (from - 1) * MINUTE_MS,
    firedAt: T0 + from * MINUTE_MS,
    endedAt: until === undefined ? undefined : T0 + until * MINUTE_MS,
    value: 7.25,
    traceIds: ['a1', 'b2', 'c3'],
    ...parts,
  }
}

function history(firings: readonly Firing[], parts: Partial<RuleHistory> = {}): RuleHistory {
  const rule = matchRule('{ duration > 1s }', { alert: 'Slow' })
  return {
    group: { name: 'shop', file: 'rules.yaml', intervalMs: MINUTE_MS, rules: [rule] },
    rule,
    evaluations: 48,
    partial: 0,
    noData: 0,
    failed: 0,
    lastError: undefined,
    firings,
    uncounted: 0,
    ...parts,
  }
}

const FILE = { spans: 1234, badLines: 0, ahead: { count: 0, first: undefined }, lateTraces: 0 }

function reportOf(...rules: readonly RuleHistory[]): BacktestReport {
  return {
    from: PERIOD.start,
    to: PERIOD.end,
    rules,
    file: { ...FILE, refused: new Map() },
    lagMs: undefined,
    templateFaults: [],
    cutOff: undefined,
  }
}

describe('the timeline', () => {
  it.each([
    ['one', [firing(2, 4)], [2, 3]],
    ['two at once', [firing(2, 4), firing(3, 5)], [2, 3, 3, 4]],
    ['one that is shorter than a column', [firing(2.1, 2.2)], [2]],
    ['one that still fires', [firing(46, undefined)], [46, 47]],
    ['one at the very end', [firing(48, undefined)], [47]],
    ['none', [], []],
  ])('counts the alerts that fire in each stretch: %s', (_, firings, expected) => {
    const columns = countFiring(firings, PERIOD).flatMap((count, column) => Array<number>(count).fill(column))
    expect(columns).toEqual(expected)
  })

  it('shows them as bars, with a dot for none', () => {
    const shown = formatTimeline([firing(0, 2), firing(1, 2), firing(1, 2), firing(1, 2)], PERIOD, 8)
    expect(shown).toBe(`▁▄${'·'.repeat(46)}`)
  })

  it('has an axis', () => {
    expect(formatAxis(PERIOD)).toBe('2026-03-02T08:00Z              2026-03-02T08:48Z')
    expect(formatAxis(PERIOD)).toHaveLength(48)
  })

  it('bears a period of no length', () => {
    expect(countFiring([firing(0, undefined)], { start: T0, end: T0 })).toHaveLength(48)
  })
})

describe('the report', () => {
  it('says why what is unlike normal fired, below each firing of it', () => {
    const summary = 'cart takes\u001b[31m 1 s'
    const unusual = history([firing(3, 4, { annotations: new Map([['summary', summary]]) }), firing(5, 6)], {
      rule: anomalyRule({ alert: 'Unusual' }),
    })
    const report = formatReport(reportOf(history([firing(2, 4.5)]), unusual), 'traces.jsonl')
    expect(report.split('\n').slice(6)).toEqual([
      'FIRED AT                FOR  RULE     LABELS            VALUE  TRACES',
      '2026-03-02T08:02:00Z  2m30s  Slow     {service="cart"}   7.25  a1 +2',
      '2026-03-02T08:03:00Z  1m00s  Unusual  {service="cart"}   7.25  a1 +2',
      expect.stringMatching(/^ {2}cart takes.* 1 s$/),
      '2026-03-02T08:05:00Z  1m00s  Unusual  {service="cart"}   7.25  a1 +2',
      '  it is slow',
      '',
    ])
    expect(report).not.toContain('\u001b')
  })

  it('is a table of rules, and one of what fired', () => {
    const healthy = history([], { rule: matchRule('{ }', { alert: 'Healthy' }) })
    const report = reportOf(history([firing(40, undefined), firing(2, 4.5)]), healthy)
    expect(formatReport(report, 'traces.jsonl')).toBe(
      `traces.jsonl: 2026-03-02T08:00:00Z to 2026-03-02T08:48:00Z (48m00s), 1234 spans

RULE     FIRED  PER DAY  FIRING FOR  2026-03-02T08:00Z              2026-03-02T08:48Z
Slow         2       60      10m30s  ··███···································████████
Healthy      0        0           -  ················································

FIRED AT                 FOR  RULE  LABELS            VALUE  TRACES
2026-03-02T08:02:00Z   2m30s  Slow  {service="cart"}   7.25  a1 +2
2026-03-02T08:40:00Z  8m00s+  Slow  {service="cart"}   7.25  a1 +2
`,
    )
  })

  it('shows no more than people read', () => {
    const many = history(Array.from({ length: 130 }, () => firing(2, 3)))
    expect(formatReport(reportOf(many), 'x')).toMatch(/\nand 30 more; --json shows all\n$/)
  })

  it('lets nothing that a span says steer a terminal', () => {
    const labels = new Map([['service', 'a\u001b[2Jb\nc']])
    const report = formatReport(reportOf(history([firing(2, 3, { labels })])), 'x')
    expect([report.includes('\u001b'), report.includes('b\nc')]).toEqual([false, false])
  })

  it('says of a source that is no file how far back windows end', () => {
    const report = { ...reportOf(history([])), file: undefined, lagMs: 40_000 }
    expect(formatReport(report, 'http://tempo')).toMatch(/ \(48m00s\), windows end 40\.00s back\n/)
    const encoded = encodeReport(report, 'http://tempo')
    expect(encoded).toMatchObject({ lagSeconds: 40 })
    expect(Object.keys(encoded)).not.toContain('spans')
  })

  it('says above the rules which spans were left out, and what came too late', () => {
    const ahead = { count: 1, first: { line: 7, end: Date.UTC(2026, 2, 2, 9) } }
    const report = { ...reportOf(history([])), file: { ...FILE, refused: new Map(), ahead, lateTraces: 2 } }
    expect(formatReport(report, 'x').split('\n').slice(1, 4)).toEqual([
      '1 span ends more than 5 min ahead of all others and was left out, such as line 7: 2026-03-02T09:00:00.000Z',
      '2 traces came more than 5 min late for a window and were not counted in it',
      '',
    ])
  })

  it('is JSON for machines', () => {
    const rule = history([firing(2, 4), firing(40, undefined, { traceIds: [] })], {
      partial: 3,
      lastError: 'no',
    })
    const encoded = encodeReport(
      {
        ...reportOf(rule),
        file: {
          ...FILE,
          refused: new Map([['duplicate', 4]]),
          ahead: { count: 2, first: { line: 7, end: Date.UTC(2026, 2, 2, 9) } },
          lateTraces: 5,
        },
        cutOff: 'cut',
      },
      'x',
    )
    expect(encoded).toEqual({
      source: 'x',
      from: '2026-03-02T08:00:00.000Z',
      to: '2026-03-02T08:48:00.000Z',
      spans: 1234,
      badLines: 0,
      refusedSpans: { duplicate: 4 },
      aheadSpans: 2,
      firstAhead: { line: 7, end: '2026-03-02T09:00:00.000Z' },
      lateTraces: 5,
      cutOff: 'cut',
      rules: [
        {
          group: 'shop',
          rule: 'Slow',
          file: 'rules.yaml',
          line: 1,
          evaluations: 48,
          partial: 3,
          noData: 0,
          failed: 0,
          lastError: 'no',
          fired: 2,
          perDay: 60,
          firingSeconds: 600,
          firings: [
            {
              labels: { alertname: 'Slow', service: 'cart' },
              annotations: { summary: 'it is slow' },
              activeAt: '2026-03-02T08:01:00.000Z',
              firedAt: '2026-03-02T08:02:00.000Z',
              endedAt: '2026-03-02T08:04:00.000Z',
              seconds: 120,
              value: 7.25,
              traces: ['a1', 'b2', 'c3'],
            },
            expect.objectContaining({ endedAt: null, seconds: 480, traces: [] }),
          ],
        },
      ],
    })
  })

  it('says why it may not be the whole truth', () => {
    const unsure = history([firing(2, 3)], {
      partial: 2,
      failed: 1,
      lastError: 'divided by zero',
      uncounted: 5,
    })
    const report = {
      ...reportOf(unsure, history([])),
      cutOff: 'x.gz: cut off',
      file: {
        ...FILE,
        badLines: 2,
        refused: new Map([['duplicate', 4]] as const),
        ahead: { count: 3, first: { line: 812, end: Date.UTC(2554, 6, 21) } },
        lateTraces: 1,
      },
      templateFaults: ['{{ x }}: no'],
    }
    expect(findProblems(report)).toEqual([
      'partial: x.gz: cut off',
      '3 spans end more than 5 min ahead of all others and were left out, such as line 812: 2554-07-21T00:00:00.000Z',
      '1 trace came more than 5 min late for a window and was not counted in it',
      'bad lines passed over: 2',
      'spans left out: 4, which had come before',
      'a text could not be filled in: {{ x }}: no',
      'Slow: failed in 1 of 48 evaluations: divided by zero',
      'Slow: saw only a part of the traces in 2 of 48 evaluations, and ended no alert in them',
      'Slow: fired 5 times more than the 1 that are told',
    ])
  })
})

describe('why a rule failed', () => {
  it('is not told again where it is why the source was given up', () => {
    const failed = history([], { failed: 5, lastError: 'Connection refused' })
    const report = { ...reportOf(failed), cutOff: 'given up: Connection refused; start it' }
    expect(findProblems(report)).toEqual([
      'partial: given up: Connection refused; start it',
      'Slow: failed in 5 of 48 evaluations',
    ])
  })
})

describe('the bar', () => {
  it.each([
    [0, 100, 'replaying [>                             ]   0 %'],
    [50, 100, 'replaying [===============>              ]  50 %'],
    [100, 100, 'replaying [==============================] 100 %'],
    [5, 0, 'replaying'],
  ])('at %d of %d', (done, total, expected) => {
    expect(describeReplay(done, total)).toBe(expected)
  })
})

describe('the file of anomalies', () => {
  it('has a line for each', async () => {
    const path = await writeTemporary('alerts.ndjson', 'old')
    const file = openAlertsFile(path)
    const lines = Array.from({ length: 3000 }, (_, index) => `{"number":${index},"text":"${'ü'.repeat(20)}"}`)
    for (const each of lines) file.write(each)
    file.close()
    expect(await readFile(path, 'utf8')).toBe(`${lines.join('\n')}\n`)
  })

  it('says where it cannot be written', () => {
    expect(() => openAlertsFile('/nowhere/alerts.ndjson')).toThrow(
      '--alerts-out: /nowhere/alerts.ndjson cannot be written',
    )
  })
})
