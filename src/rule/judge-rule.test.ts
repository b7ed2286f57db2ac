import { describe, expect, it } from 'vitest'
import { slowRule } from '../../test/build-rule-group.js'
import { buildSample, readMeasure } from '../../test/read-measure.js'
import type { AlertingRule, MetricRule } from '../model/alerting-rule.js'
import { toFingerprint } from '../model/label-set.js'
import type { RuleMeasure } from '../model/rule-sample.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import { createDescriber } from './describe-alert.js'
import { judgeRule, MOST_ALERTS, type Judgement } from './judge-rule.js'
import type { Alerts } from './look-at-measure.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)

/** What stands after an evaluation: the verdict, and of each alert that is not gone its name, state and value. */
function write({ verdict, alerts }: Judgement): string {
  const states = [...alerts.values()].map(
    ({ labels, state, value }) =>
      `${labels.get('service') ?? labels.get('alertname')}:${state === 'inactive' ? 'ended' : state}:${value}`,
  )
  return [verdict, ...states.toSorted()].join(' ')
}

const describerOf = (rule: AlertingRule) =>
  createDescriber(
    rule,
    (template) => template,
    () => {},
  )

function play(rule: AlertingRule, evaluations: readonly string[]): Judgement[] {
  const describer = describerOf(rule)
  let alerts: Alerts = new Map()
  return evaluations.map((text, index) => {
    const judgement = judgeRule(
      rule,
      alerts,
      readMeasure(text, T0 + index * MINUTE_MS),
      T0 + index * MINUTE_MS,
      describer,
    )
    alerts = judgement.alerts
    return judgement
  })
}

describe('judgeRule', () => {
  it.each<[string, Partial<MetricRule>, readonly (readonly [seen: string, stands: string])[]]>([
    [
      'makes one alert of each series that holds',
      {},
      [
        ['a:12! b:8 c:30!', 'firing a:firing:12 c:firing:30'],
        ['a:9 b:11! c:40!', 'firing a:ended:12 b:firing:11 c:firing:40'],
      ],
    ],
    [
      'lets each series wait for itself',
      { forMs: MINUTE_MS },
      [
        ['a:12!', 'normal a:pending:12'],
        ['a:12! b:12!', 'firing a:firing:12 b:pending:12'],
        ['b:12!', 'firing a:ended:12 b:firing:12'],
      ],
    ],
    [
      'ends an alert whose series is gone',
      {},
      [
        ['a:12!', 'firing a:firing:12'],
        ['', 'normal a:ended:12'],
      ],
    ],

    [
      'keeps an alert until its value is what resolve_when asks for',
      { resolveWhen: { comparison: '<', value: 5 } },
      [
        ['a:12!', 'firing a:firing:12'],
        ['a:8', 'firing a:firing:8'],
        ['a:5', 'firing a:firing:5'],
        ['a:4', 'normal a:ended:5'],
        ['a:8', 'normal a:ended:5'],
        ['a:12!', 'firing a:firing:12'],
      ],
    ],
    [
      'asks resolve_when only of what fires',
      { resolveWhen: { comparison: '<', value: 5 }, forMs: MINUTE_MS },
      [
        ['a:12!', 'normal a:pending:12'],
        ['a:8', 'normal'],
      ],
    ],
    [
      'does not keep a series that is gone for resolve_when',
      { resolveWhen: { comparison: '<', value: 5 } },
      [
        ['a:12!', 'firing a:firing:12'],
        ['', 'normal a:ended:12'],
      ],
    ],
    [
      'keeps firing for its time after resolve_when',
      { resolveWhen: { comparison: '<', value: 5 }, keepFiringForMs: MINUTE_MS },
      [
        ['a:12!', 'firing a:firing:12'],
        ['a:4', 'firing a:firing:12'],
        ['a:8', 'firing a:firing:8'],
        ['a:4', 'firing a:firing:8'],
        ['a:4', 'normal a:ended:8'],
      ],
    ],

    [
      'ends alerts where there is no data and that is ok',
      { noData: 'ok' },
      [
        ['a:12!', 'firing a:firing:12'],
        ['empty', 'no data a:ended:12'],
      ],
    ],
    [
      'leaves alerts as they are where there is no data and they are to be kept',
      { noData: 'keep', forMs: 2 * MINUTE_MS },
      [
        ['a:12!', 'normal a:pending:12'],
        ['a:12!', 'normal a:pending:12'],
        ['empty', 'no data a:pending:12'],
        ['a:12! b:12!', 'firing a:firing:12 b:pending:12'],
        ['empty', 'no data a:firing:12 b:pending:12'],
        ['', 'normal a:ended:12'],
      ],
    ],
    [
      'has one alert fire where there is no data and that is alarming',
      { noData: 'alerting' },
      [
        ['a:12! b:12!', 'firing a:firing:12 b:firing:12'],
        ['empty', 'no data Slow:firing:0 a:firing:12 b:firing:12'],
        ['empty', 'no data Slow:firing:0 a:firing:12 b:firing:12'],
        ['a:12!', 'firing Slow:ended:0 a:firing:12 b:ended:12'],
      ],
    ],
    [
      'lets that one wait as any other',
      { noData: 'alerting', forMs: 2 * MINUTE_MS },
      [
        ['empty', 'no data Slow:pending:0'],
        ['a:1', 'normal'],
        ['empty', 'no data Slow:pending:0'],
        ['empty', 'no data Slow:pending:0'],
        ['empty', 'no data Slow:firing:0'],
      ],
    ],

    [
      'leaves alerts as they are where it fails',
      { forMs: MINUTE_MS },
      [
        ['a:12!', 'normal a:pending:12'],
        ['a:12!', 'firing a:firing:12'],
        ['b:12!', 'normal a:ended:12 b:pending:12'],
        ['down', 'error a:ended:12 b:pending:12'],
        ['down', 'error a:ended:12 b:pending:12'],
        ['b:12!', 'firing a:ended:12 b:firing:12'],
        ['down', 'error a:ended:12 b:firing:12'],
      ],
    ],
    [
      'has one alert fire where it fails and that is alarming',
      { onError: 'alerting' },
      [
        ['a:12!', 'firing a:firing:12'],
        ['down', 'error Slow:firing:0 a:firing:12'],
        ['down', 'error Slow:firing:0 a:firing:12'],
        ['a:12!', 'firing Slow:ended:0 a:firing:12'],
      ],
    ],
    [
      'has that same alert go on where the trouble becomes another',
      { onError: 'alerting', noData: 'alerting' },
      [
        ['down', 'error Slow:firing:0'],
        ['empty', 'no data Slow:firing:0'],
        ['down', 'error Slow:firing:0'],
        ['', 'normal Slow:ended:0'],
      ],
    ],
    [
      'ends nothing where it saw a part, though it may begin',
      {},
      [
        ['a:12! b:12!', 'firing a:firing:12 b:firing:12'],
        ['part a:3 c:12!', 'partial a:firing:12 b:firing:12 c:firing:12'],
        ['part', 'partial a:firing:12 b:firing:12 c:firing:12'],
        ['c:12!', 'firing a:ended:12 b:ended:12 c:firing:12'],
      ],
    ],
    [
      'keeps what is pending where it saw a part',
      { forMs: 2 * MINUTE_MS },
      [
        ['a:12! b:12!', 'normal a:pending:12 b:pending:12'],
        ['part b:14!', 'partial a:pending:12 b:pending:14'],
        ['part b:14!', 'partial a:pending:12 b:firing:14'],
        ['part', 'partial a:pending:12 b:firing:14'],
      ],
    ],
    [
      'takes a part without a trace for no proof that there is none',
      { noData: 'alerting' },
      [
        ['a:12!', 'firing a:firing:12'],
        ['part empty', 'partial a:firing:12'],
      ],
    ],
    [
      'ends no trouble by a part either',
      { onError: 'alerting' },
      [
        ['down', 'error Slow:firing:0'],
        ['part a:3', 'partial Slow:firing:0'],
      ],
    ],
  ])('%s', (_, fields, evaluations) => {
    const judged = play(
      slowRule(fields),
      evaluations.map(([seen]) => seen),
    )
    expect(judged.map(write)).toEqual(evaluations.map(([, stands]) => stands))
  })

  it('says over what it was computed, and why not', () => {
    const [good, bad] = play(slowRule(), ['a:1', 'down'])
    expect(good).toMatchObject({ window: { start: T0 - MINUTE_MS, end: T0 }, error: undefined })
    expect(bad).toMatchObject({ window: undefined, error: 'Tempo API error: 503' })
  })

  it('says in annotations what the trouble is', () => {
    const rule = slowRule({
      onError: 'alerting',
      noData: 'alerting',
      labels: new Map([['severity', 'page']]),
      annotations: new Map([['summary', 'slow']]),
    })
    const alerts = play(rule, ['down', 'empty']).map((judgement) => [...judgement.alerts.values()])
    const labels = new Map([
      ['severity', 'page'],
      ['alertname', 'Slow'],
    ])
    expect(alerts.flat().map((alert) => [alert.labels, Object.fromEntries(alert.annotations)])).toEqual([
      [labels, { summary: 'slow', alertstate_reason: 'Error', alertstate_detail: 'Tempo API error: 503' }],
      [
        labels,
        { summary: 'slow', alertstate_reason: 'NoData', alertstate_detail: 'the window held no trace' },
      ],
    ])
  })

  describe('over its limit', () => {
    const rule = slowRule({ limit: 2, forMs: MINUTE_MS })

    it('fails, and leaves every alert as it is', () => {
      const judged = play(rule, ['a:12! b:12!', 'a:12! b:12!', 'a:12! b:12! c:12!', 'c:12!', 'a:12! c:12!'])
      expect(judged.map(write)).toEqual([
        'normal a:pending:12 b:pending:12',
        'firing a:firing:12 b:firing:12',
        'error a:firing:12 b:firing:12',
        'normal a:ended:12 b:ended:12 c:pending:12',
        'firing a:pending:12 b:ended:12 c:firing:12',
      ])
      expect(judged[2]?.error).toBe('exceeded limit of 2 with 3 alerts')
    })

    it('counts neither what is kept firing nor what has ended', () => {
      const kept = slowRule({ limit: 2, keepFiringForMs: MINUTE_MS })
      expect(play(kept, ['a:1! b:1!', 'c:1! d:1!', 'c:1! d:1!']).map(write)).toEqual([
        'firing a:firing:1 b:firing:1',
        'firing a:firing:1 b:firing:1 c:firing:1 d:firing:1',
        'firing a:ended:1 b:ended:1 c:firing:1 d:firing:1',
      ])
    })

    it('counts what lingers', () => {
      const lingering = slowRule({ limit: 2, resolveWhen: { comparison: '<', value: 5 } })
      expect(play(lingering, ['a:12!', 'a:8 b:12! c:12!']).map(write)).toEqual([
        'firing a:firing:12',
        'error a:firing:12',
      ])
    })

    it('does not count those that say that there is no data', () => {
      const full = slowRule({ limit: 2, noData: 'alerting' })
      expect(play(full, ['a:1! b:1!', 'empty']).map(write).at(-1)).toBe(
        'no data Slow:firing:0 a:firing:1 b:firing:1',
      )
    })

    it('has one alert fire where that is wanted', () => {
      const alarming = slowRule({ limit: 1, onError: 'alerting' })
      expect(play(alarming, ['a:1! b:1!']).map(write)).toEqual(['error Slow:firing:0'])
    })
  })

  it('fails where two series make one alert, and names its labels', () => {
    const rule = slowRule({ labels: new Map([['service', 'all']]) })
    const [good, bad] = play(rule, ['a:12!', 'a:12! b:12!'])
    expect(good).toMatchObject({ verdict: 'firing' })
    expect(bad).toMatchObject({
      verdict: 'error',
      error: 'two series make one alert: both have the labels [["alertname","Slow"],["service","all"]]',
    })
    expect(bad?.alerts).toEqual(good?.alerts)
  })

  describe('with a great many alerts', () => {
    const many = (from: number, count: number): RuleMeasure => ({
      window: { start: T0 - MINUTE_MS, end: T0 },
      samples: Array.from({ length: count }, (_, index) => buildSample(`s${from + index}`, 1, true)),
      completeness: 'complete',
      hasData: true,
    })
    const rule = slowRule()
    const describer = describerOf(rule)
    const judge = (alerts: Alerts, measure: RuleMeasure, at: Timestamp) =>
      judgeRule(rule, alerts, measure, at, describer)

    it('has a limit though none was set', () => {
      const { verdict, alerts } = judge(new Map(), many(0, MOST_ALERTS), T0)
      expect([verdict, alerts.size]).toEqual(['firing', MOST_ALERTS])
      const over = judge(new Map(), many(0, MOST_ALERTS + 1), T0)
      expect(over.error).toBe(`exceeded limit of ${MOST_ALERTS} with ${MOST_ALERTS + 1} alerts`)
    })

    it('adds no more to those that parts have left', () => {
      const part = (from: number) => ({ ...many(from, MOST_ALERTS), completeness: 'partial' as const })
      const first = judge(new Map(), part(0), T0)
      const second = judge(first.alerts, part(MOST_ALERTS), T0 + MINUTE_MS)
      const third = judge(second.alerts, part(2 * MOST_ALERTS), T0 + 2 * MINUTE_MS)
      expect([first.verdict, second.verdict, third.verdict]).toEqual(['partial', 'partial', 'error'])
      expect(third.alerts).toEqual(second.alerts)
    })

    it('forgets those that ended first, and counts them', () => {
      const first = judge(new Map(), many(0, MOST_ALERTS), T0)
      const second = judge(first.alerts, many(MOST_ALERTS, MOST_ALERTS), T0 + MINUTE_MS)
      const third = judge(second.alerts, many(2 * MOST_ALERTS, 3), T0 + 2 * MINUTE_MS)
      expect([first.forgotten, second.forgotten, third.forgotten]).toEqual([0, 0, MOST_ALERTS])
      expect(third.alerts.size).toBe(MOST_ALERTS + 3)
      const isKept = (index: number) =>
        third.alerts.has(
          toFingerprint(
            new Map([
              ['service', `s${index}`],
              ['alertname', 'Slow'],
            ]),
          ),
        )
      expect([isKept(0), isKept(MOST_ALERTS - 1), isKept(MOST_ALERTS)]).toEqual([false, false, true])
    })
  })
})
