import { describe, expect, it } from 'vitest'
import { buildFinding } from '../../../test/build-finding.js'
import { toFindingSample } from '../../detect/anomaly/to-finding-sample.js'
import { anomalyRule, matchRule, metricRule } from '../../../test/build-rule.js'
import type { AlertingRule } from '../../model/alerting-rule.js'
import type { RuleMeasure, Sample } from '../../model/rule-sample.js'
import { SourceError } from '../../model/source-error.js'
import type { TraceMatch } from '../../model/trace-match.js'
import { decodeRule, type DaemonState } from '../../replay/explain/ask-daemon.js'
import type { Explanation } from '../../replay/explain/explanation.js'
import { playEvaluations } from '../../replay/explain/play-evaluations.js'
import { printable } from '../query/printable.js'
import { describeVerdict } from './describe-verdict.js'
import { encodeExplanation } from './encode-explanation.js'
import { findRule } from './find-rule.js'
import { formatExplanation } from './format-explanation.js'

const AT = Date.UTC(2026, 2, 2, 8, 10)
const INTERVAL_MS = 30_000
const { signal } = new AbortController()

function trace(number: number, parts: Partial<TraceMatch> = {}): TraceMatch {
  return {
    traceId: String(number).padStart(32, '0'),
    rootServiceName: 'web',
    rootSpanName: 'POST /checkout',
    start: AT - number * 1000,
    durationMs: 80,
    failedServices: [],
    ...parts,
  }
}

function sample(value: number, holds: boolean, parts: Partial<Sample> = {}): Sample {
  return { labels: new Map([['service', 'cart']]), value, holds, exemplars: [], ...parts }
}

function measure(samples: readonly Sample[], parts: Partial<RuleMeasure> = {}): RuleMeasure {
  const window = { start: AT - 100_000, end: AT - 40_000 }
  return { window, samples, completeness: 'complete', hasData: true, ...parts }
}

const CHECKOUTS = matchRule('{ status = error }', {
  alert: 'FailedCheckouts',
  groupBy: ['service'],
  threshold: 3,
  forMs: 60_000,
  place: { file: 'rules.yaml', line: 5, column: 9 },
})
const SHARE = metricRule('({ status = error } | rate()) / ({ } | rate()) > 0.05', { alert: 'ErrorShare' })
const SLOW = metricRule('{ } | quantile_over_time(duration, .99) by (name) > 1.5s', { alert: 'Slow' })

/** What these measures, an interval apart and the last at `AT`, come to. */
async function explanationOf(
  rule: AlertingRule,
  measures: readonly (RuleMeasure | SourceError)[],
  parts: Partial<Explanation> = {},
): Promise<Explanation> {
  const group = { name: 'shop', file: 'rules.yaml', intervalMs: INTERVAL_MS, rules: [rule] }
  const recorded = measures.map((measured, index) => ({
    at: AT - (measures.length - 1 - index) * INTERVAL_MS,
    measured,
  }))
  const evaluations = await playEvaluations({ group, rule }, recorded, (template) => template, signal)
  return {
    group,
    rule,
    source: 'Tempo at http://127.0.0.1:3200/',
    at: AT,
    plan: [{ text: rule.expr, runs: 'source', why: 'finds the traces' }],
    freshness: { lagMs: 40_000, known: true },
    traffic: { traces: 61, isAtLeast: false },
    history: { evaluations, beginsQuiet: true },
    notes: [],
    ...parts,
  }
}

describe('an explanation', () => {
  it('is told in sections, and ends in the verdict', async () => {
    const exemplars = [1, 2, 3, 4, 5].map((number) => trace(number))
    const explanation = await explanationOf(CHECKOUTS, [
      measure([]),
      measure([sample(3, true)]),
      measure([
        sample(12, true, { exemplars }),
        sample(1, false, { labels: new Map([['service', 'shop']]) }),
      ]),
    ])
    expect(formatExplanation(explanation, undefined).split('\n')).toEqual([
      'RULE  FailedCheckouts, in group shop of rules.yaml:5',
      '  expr              { status = error }',
      '  kind              match: counts the traces that the search finds',
      '  fires where       3 traces or more over 1m, held for 1m',
      '  group_by          service',
      '  evaluated         every 30s',
      '',
      'PLAN  Tempo at http://127.0.0.1:3200/',
      '  1. source  { status = error }',
      '             finds the traces',
      '',
      'WINDOW',
      '  evaluated at      2026-03-02T08:10:00Z',
      '  lag               40s, known from the source',
      '  looked at         08:08:20 to 08:09:20: 1m, ending 40s before the evaluation',
      '  traffic           61 traces',
      '',
      'MEASURED',
      '  all traces of the window were seen; 2 instances, of which 1 meets the condition',
      '',
      '  HOLDS  VALUE >= 3  LABELS',
      '  yes            12  {service="cart"}',
      '         00000000000000000000000000000001  08:09:59  80ms  web POST /checkout',
      '         00000000000000000000000000000002  08:09:58  80ms  web POST /checkout',
      '         00000000000000000000000000000003  08:09:57  80ms  web POST /checkout',
      '         and 9 more',
      '  no              1  {service="shop"}',
      '',
      'STATE  after 3 evaluations, every 30s',
      '  AT        CAME TO  HOLD  BEST  PENDING  FIRING',
      '  08:09:00  normal      0     -        0       0',
      '  08:09:30  normal      1     3        1       0',
      '  08:10:00  normal      1    12        1       0',
      '',
      '  {service="cart"}',
      '    pending since 08:09:30, fires at 08:10:30 if it goes on',
      '',
      'At 2026-03-02T08:10:00Z FailedCheckouts does not fire yet: it is pending since 08:09:30, and fires at 08:10:30 if that goes on.',
      '',
    ])
  })

  it('steers no terminal and begins no line with foreign text', async () => {
    const evil = '\u001b[2J\nVERDICT \u202e'
    const rule = {
      ...CHECKOUTS,
      alert: `Evil${evil}`,
      expr: `{ name = "\u001b[2J" }`,
      place: { ...CHECKOUTS.place, file: evil },
    }
    const samples = [
      sample(3, true, {
        labels: new Map([[evil, evil]]),
        exemplars: [trace(1, { rootServiceName: evil, rootSpanName: evil })],
      }),
    ]
    const daemon: DaemonState = {
      url: 'http://127.0.0.1:9320/',
      rule: {
        state: evil,
        expr: evil,
        verdict: evil,
        lastError: evil,
        lastEvaluation: evil,
        window: { start: evil, end: evil },
        alerts: [{ labels: new Map([[evil, evil]]), state: evil, activeAt: evil, value: evil }],
      },
    }
    const plain = formatExplanation(
      await explanationOf(rule, [measure(samples)], { notes: [evil], source: evil }),
      daemon,
    )
    const failed = formatExplanation(
      await explanationOf(rule, [new SourceError(evil, { reason: 'failed', detail: evil, hint: evil })], {
        plan: new SourceError(evil, { reason: 'unsupported' }),
      }),
      daemon,
    )
    for (const text of [plain, failed]) {
      expect(text.split('\n').map(printable).join('\n')).toBe(text)
      expect(text).not.toMatch(/^ *VERDICT/m)
    }
  })

  it('bounds what it shows', async () => {
    const samples = Array.from({ length: 500 }, (_, index) =>
      sample(index, false, { labels: new Map([['n', String(index)]]) }),
    )
    const explanation = await explanationOf(
      { ...CHECKOUTS, threshold: 1000 },
      Array<RuleMeasure>(40).fill(measure(samples)),
    )
    const text = formatExplanation(explanation, undefined)
    expect(text).toContain('  and 490 more, all in the JSON\n')
    expect(text).toContain('  (30 before these)\n')
    expect(text.split('\n').length).toBeLessThan(60)
    // The nearest are those that are shown.
    expect(text).toContain('  no               499  {n="499"}\n  no               498')
  })

  it('shows the slowest traces where it is about what is slow', async () => {
    const exemplars = [trace(1), trace(2, { durationMs: 2300 })]
    const text = formatExplanation(
      await explanationOf(SLOW, [measure([sample(1.7654321, true, { exemplars })])]),
      undefined,
    )
    expect(text).toMatch(/VALUE > 1\.5s {2}LABELS\n.*1\.76543s {2}\{service="cart"\}\n +0+2 .*\n +0+1 /)
  })
})

const kept = { keepFiringForMs: 120_000, forMs: 0 }
const holding = measure([sample(5, true)])
const nothing = measure([])

describe('the verdict', () => {
  it.each<
    readonly [string, AlertingRule, readonly (RuleMeasure | SourceError)[], Partial<Explanation>, string]
  >([
    ['firing', { ...CHECKOUTS, forMs: 0 }, [nothing, holding], {}, 'fires since 08:10:00.'],
    ['firing from before', { ...CHECKOUTS, forMs: 0 }, [holding, holding], {}, 'fires since 08:09:30.'],
    [
      'several',
      { ...CHECKOUTS, forMs: 0 },
      [measure([sample(5, true), sample(4, true, { labels: new Map() })])],
      {},
      'fires with 2 alerts, the first since 08:10:00.',
    ],
    [
      'kept',
      { ...CHECKOUTS, ...kept },
      [holding, nothing],
      {},
      'fires since 08:09:30 only as keep_firing_for keeps it: its condition holds no more.',
    ],
    [
      'resolved',
      { ...CHECKOUTS, forMs: 0 },
      [holding, nothing],
      {},
      'does not fire: no trace of the window matches; it resolved at 08:10:00, fired from 08:09:30.',
    ],
    [
      'too few',
      CHECKOUTS,
      [measure([sample(2, false)])],
      {},
      'does not fire: {service="cart"} has 2 traces, and it takes 3.',
    ],
    [
      'too little traffic',
      { ...CHECKOUTS, minTraffic: 20 },
      [measure([sample(9, false)])],
      { traffic: { traces: 11, isAtLeast: false } },
      'does not fire: 9 traces would do, but min_traffic wants 20 in the window, and found 11 traces.',
    ],
    [
      'nearly',
      SHARE,
      [measure([sample(0.0312345678, false), sample(0.01, false, { labels: new Map() })])],
      {},
      'does not fire: the nearest of 2, {service="cart"} is at 0.0312346, and it takes > 0.05.',
    ],
    [
      'nearly, in seconds',
      SLOW,
      [measure([sample(1.25, false, { labels: new Map() })])],
      {},
      'does not fire: it is at 1.25s, and it takes > 1.5s.',
    ],
    [
      'nearly, as an estimate',
      SLOW,
      [measure([sample(1.25, false)])],
      { plan: [{ text: '{ } | histogram_over_time(duration)', runs: 'source', why: '' }] },
      'does not fire: {service="cart"} is at about 1.25s, and it takes > 1.5s.',
    ],
    [
      'no data, which alerts',
      { ...CHECKOUTS, forMs: 0, noData: 'alerting' },
      [measure([], { hasData: false })],
      {},
      'fires since 08:10:00, as the window held no trace.',
    ],
    ['no series', SHARE, [nothing], {}, 'does not fire: there is no series in the window.'],
    [
      'no data',
      CHECKOUTS,
      [measure([], { hasData: false })],
      {},
      'does not fire: the window holds no trace at all (no_data is ok).',
    ],
    [
      'partial',
      CHECKOUTS,
      [measure([], { completeness: 'partial' })],
      {},
      'has no verdict: only a part of the traces was seen, which ends no alert.',
    ],
    [
      'partial, and firing',
      { ...CHECKOUTS, forMs: 0 },
      [holding, measure([], { completeness: 'partial' })],
      {},
      'fires since 08:09:30, and only a part of the traces was seen, which ends no alert.',
    ],
    [
      'an error',
      CHECKOUTS,
      [new SourceError('Tempo is out of reach', { reason: 'transient' })],
      {},
      'has no verdict: the evaluation failed: Tempo is out of reach.',
    ],
    [
      'an error, and firing',
      { ...CHECKOUTS, forMs: 0 },
      [holding, new SourceError('gone', { reason: 'failed' })],
      {},
      'fires since 08:09:30, and the evaluation failed: gone.',
    ],
    [
      'over its limit',
      { ...CHECKOUTS, limit: 1 },
      [measure([sample(5, true), sample(4, true, { labels: new Map() })])],
      {},
      'has no verdict: the evaluation failed: exceeded limit of 1 with 2 alerts.',
    ],
  ])('%s', async (_, rule, measures, parts, expected) => {
    expect(describeVerdict(await explanationOf(rule, measures, parts))).toBe(
      `At 2026-03-02T08:10:00Z ${rule.alert} ${expected}`,
    )
  })

  it('says so where what is before the evaluations may matter', async () => {
    const unknown = (evaluations: Explanation['history']['evaluations']) => ({
      history: { evaluations, beginsQuiet: false },
    })
    const { history } = await explanationOf({ ...CHECKOUTS, forMs: 3_600_000 }, [holding, holding])
    const explanation = await explanationOf(
      { ...CHECKOUTS, forMs: 3_600_000 },
      [],
      unknown(history.evaluations),
    )
    const text = formatExplanation(explanation, undefined)
    expect(text).toContain('pending since 08:09:30 or earlier')
    expect(text).toContain('The state is not certain')
    expect(encodeExplanation(explanation, undefined)).toMatchObject({ uncertain: true })
  })
})

describe('of a rule on what is unlike normal', () => {
  const rule = anomalyRule({ expr: '{ kind = server }', signals: ['latency', 'errors'] })

  it('says what it looks at, what was found and why', async () => {
    const explanation = await explanationOf(rule, [measure([]), measure([toFindingSample(buildFinding())])])
    const text = formatExplanation(explanation, undefined)
    for (const line of [
      '  where             { kind = server }',
      '  kind              anomaly: learns what is normal, an alert for each service that is to blame for what is not',
      '  fires where       something is unlike normal',
      '  signals           latency, errors',
      '  sensitivity       medium',
      '  min_traffic       20 calls',
      '  warm_up           2m',
      '  all traces of the window were seen; 1 finding',
      '  latency of payment, charge: checkout → payment gap p50 1.02 s, usually 3 ms ± 1 ms, 38 of 41 calls',
      '  version=2.1 in 38 of 41 slow calls, else in none',
      '  most likely to blame: payment, checkout',
    ])
      expect(text.split('\n')).toContain(line)
    expect(text).toContain('         t1  ')
    expect(text).toContain(
      'Unusual fires since 08:10:00: checkout → payment gap p50 1.02 s, usually 3 ms ± 1 ms, 38 of 41 calls.',
    )
  })

  it('says that all is normal', async () => {
    const explanation = await explanationOf(rule, [measure([])])
    expect(formatExplanation(explanation, undefined)).toContain('were seen; nothing is unlike normal')
    expect(describeVerdict(explanation)).toBe(
      'At 2026-03-02T08:10:00Z Unusual does not fire: nothing is unlike normal.',
    )
  })

  it('tells one of several findings for no other', async () => {
    const both = [buildFinding(), buildFinding({ service: 'stock' })].map(toFindingSample)
    expect(describeVerdict(await explanationOf(rule, [measure(both)]))).toBe(
      'At 2026-03-02T08:10:00Z Unusual fires with 2 alerts, the first since 08:10:00.',
    )
  })

  it('has all of it as JSON', async () => {
    const explanation = await explanationOf(rule, [measure([toFindingSample(buildFinding())])])
    const { traces: _, ...finding } = buildFinding()
    expect(encodeExplanation(explanation, undefined)).toMatchObject({
      rule: {
        kind: 'anomaly',
        expr: '{ kind = server }',
        condition: null,
        signals: ['latency', 'errors'],
        sensitivity: 'medium',
        minTraffic: 20,
        warmUp: '2m',
      },
      measured: { samples: [{ traces: [{ traceId: 't1' }, { traceId: 't2' }], finding }] },
    })
  })
})

describe('as JSON', () => {
  it('has the same facts', async () => {
    const explanation = await explanationOf(CHECKOUTS, [
      measure([sample(3, true, { exemplars: [trace(1)] })]),
    ])
    expect(encodeExplanation(explanation, { url: 'http://127.0.0.1:9320/', rule: undefined })).toEqual({
      rule: {
        alert: 'FailedCheckouts',
        group: 'shop',
        file: 'rules.yaml',
        line: 5,
        kind: 'match',
        expr: '{ status = error }',
        condition: { comparison: '>=', value: 3 },
        window: '1m',
        for: '1m',
        keepFiringFor: '0s',
        queryOffset: '0s',
        interval: '30s',
        groupBy: ['service'],
        threshold: 3,
        minTraffic: 0,
      },
      source: 'Tempo at http://127.0.0.1:3200/',
      at: '2026-03-02T08:10:00.000Z',
      plan: { queries: [{ text: '{ status = error }', runs: 'source', why: 'finds the traces' }] },
      lag: { seconds: 40, known: true },
      traffic: { traces: 61, atLeast: false },
      measured: {
        window: { start: '2026-03-02T08:08:20.000Z', end: '2026-03-02T08:09:20.000Z' },
        completeness: 'complete',
        hasData: true,
        lateTraces: 0,
        samples: [
          {
            labels: { service: 'cart' },
            value: 3,
            holds: true,
            traces: [
              {
                traceId: '00000000000000000000000000000001',
                start: '2026-03-02T08:09:59.000Z',
                durationMs: 80,
                rootServiceName: 'web',
                rootName: 'POST /checkout',
              },
            ],
          },
        ],
      },
      evaluations: [{ at: '2026-03-02T08:10:00.000Z', verdict: 'normal', holding: 1, pending: 1, firing: 0 }],
      alerts: [
        {
          labels: { service: 'cart', alertname: 'FailedCheckouts' },
          annotations: {},
          state: 'pending',
          value: 3,
          activeAt: '2026-03-02T08:10:00.000Z',
          firesAt: '2026-03-02T08:11:00.000Z',
        },
      ],
      daemon: { url: 'http://127.0.0.1:9320/', rule: null },
      verdict:
        'At 2026-03-02T08:10:00Z FailedCheckouts does not fire yet: it is pending since 08:10:00, and fires at 08:11:00 if that goes on.',
    })
  })

  it('has what went wrong', async () => {
    const error = new SourceError('out of reach', { reason: 'transient', hint: 'check TEMPO_URL' })
    const explanation = await explanationOf(CHECKOUTS, [error], {
      plan: new SourceError('no plan', { reason: 'unsupported' }),
      freshness: undefined,
      traffic: undefined,
    })
    expect(encodeExplanation(explanation, undefined)).toMatchObject({
      plan: { error: 'no plan' },
      lag: null,
      traffic: null,
      measured: { error: 'out of reach', reason: 'transient', hint: 'check TEMPO_URL' },
      evaluations: [{ verdict: 'error', error: 'out of reach' }],
    })
  })
})

describe('the running tracebell', () => {
  const body = (query: string) => ({
    status: 'success',
    data: {
      groups: [
        {
          rules: [
            { name: 'Other', query },
            {
              name: 'FailedCheckouts',
              query,
              state: 'firing',
              verdict: 'firing',
              lastEvaluation: '2026-03-02T08:09:59.123Z',
              window: { start: '2026-03-02T08:08:15.000Z', end: '2026-03-02T08:09:15.000Z' },
              alerts: [
                {
                  labels: { alertname: 'FailedCheckouts', service: 'cart' },
                  state: 'firing',
                  activeAt: '2026-03-02T08:08:00Z',
                  value: '5e+00',
                },
              ],
            },
          ],
        },
      ],
    },
  })

  it('is told apart', async () => {
    const rule = decodeRule(body('{ status = error }'), { rule: CHECKOUTS })
    const text = formatExplanation(await explanationOf(CHECKOUTS, [nothing]), {
      url: 'http://127.0.0.1:9320/',
      rule,
    })
    expect(text).toContain(
      [
        'RUNNING TRACEBELL  at http://127.0.0.1:9320/',
        '  firing, last evaluated at 2026-03-02T08:09:59.123Z, which came to firing',
        '  it looked at 2026-03-02T08:08:15.000Z to 2026-03-02T08:09:15.000Z',
        '  {service="cart"} firing, active since 2026-03-02T08:08:00Z, value 5\n',
      ].join('\n'),
    )
    expect(text).not.toContain('asks something else')
  })

  it('may have another rule, or none', async () => {
    const other = decodeRule(body('{ }'), { rule: CHECKOUTS })
    const explanation = await explanationOf(CHECKOUTS, [nothing])
    expect(formatExplanation(explanation, { url: 'http://h/', rule: other })).toContain(
      '  Its rule asks something else',
    )
    const none = decodeRule({ data: { groups: [] } }, { rule: CHECKOUTS })
    expect(formatExplanation(explanation, { url: 'http://h/', rule: none })).toContain(
      '  it has no such rule',
    )
  })
})

describe('the rule of a name', () => {
  const group = (name: string, ...alerts: readonly string[]) => ({
    name,
    file: 'rules.yaml',
    intervalMs: INTERVAL_MS,
    rules: alerts.map((alert, index) =>
      matchRule('{ }', { alert, place: { file: `${name}.yaml`, line: index + 1, column: 1 } }),
    ),
  })
  const groups = [group('web', 'Slow', 'Failed'), group('db', 'Slow', 'Twice', 'Twice')]

  it.each([
    ['Failed', 'web.yaml:2'],
    ['db/Slow', 'db.yaml:1'],
    ['db.yaml:3', 'db.yaml:3'],
  ])('%s', (name, place) => {
    const { rule } = findRule(groups, name)
    expect(`${rule.place.file}:${rule.place.line}`).toBe(place)
  })

  it.each([
    [
      'Faild',
      'RULE: found "Faild", expected the name of a rule; did you mean Failed?\n  web/Slow (web.yaml:1)\n  web/Failed (web.yaml:2)',
    ],
    [
      'Slow',
      'RULE: 2 rules are called "Slow", expected group/alert or file:line of one of them\n  web/Slow (web.yaml:1)\n  db/Slow (db.yaml:1)',
    ],
    [
      'db/Twice',
      'RULE: 2 rules are called "db/Twice", expected group/alert or file:line of one of them\n  db/Twice (db.yaml:2)\n  db/Twice (db.yaml:3)',
    ],
  ])('%s is refused', (name, message) => {
    expect(() => findRule(groups, name)).toThrow(message)
  })

  it('lists no more than a screen or two', () => {
    const many = [group('web', ...Array.from({ length: 300 }, (_, index) => `Rule${index}`))]
    expect(() => findRule(many, 'none')).toThrow(/\n {2}and 250 more$/)
  })
})
