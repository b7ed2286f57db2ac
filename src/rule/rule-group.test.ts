import { describe, expect, it } from 'vitest'
import { slowRule, buildRuleGroup } from '../../test/build-rule-group.js'
import { DOWN, readMeasure } from '../../test/read-measure.js'
import { createTestClock } from '../../test/test-clock.js'
import { createTestLogger } from '../../test/test-logger.js'
import type { Alert } from '../model/alert.js'
import type { MetricRule, RuleGroup } from '../model/alerting-rule.js'
import type { MeasureRules } from '../model/rule-sample.js'
import { MINUTE_MS, SECOND_MS } from '../model/time.js'
import { createMemoryRuleStore } from '../store/memory-rule-store.js'
import type { Evaluation } from '../store/rule-store.js'
import { createMetrics } from '../telemetry/metrics.js'
import { createRuleGroup, type GroupOutcome, type RuleGroupOptions } from './rule-group.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)
const { signal } = new AbortController()

function setUp(group: RuleGroup, parts: Partial<RuleGroupOptions> = {}) {
  const clock = createTestClock(T0)
  const logger = createTestLogger()
  const metrics = createMetrics()
  const store = createMemoryRuleStore()
  /** What happened, in order. */
  const events: string[] = []
  const told: Alert[] = []
  const committed: Evaluation[] = []
  let measures: readonly string[] = []
  const measure: MeasureRules = async (_, at) => measures.map((text) => readMeasure(text, at))
  const run = createRuleGroup({
    group,
    measure,
    render: (template) => template,
    store: {
      commit: async (evaluation) => {
        await store.commit(evaluation)
        committed.push(evaluation)
        events.push('commit')
      },
    },
    onAlerts: (alerts) => {
      events.push('alerts')
      told.push(...alerts)
    },
    onEvaluation: () => void events.push('evaluation'),
    clock,
    logger,
    metrics,
    ...parts,
  })
  let minute = 0
  return {
    run,
    clock,
    logger,
    store,
    events,
    told,
    committed,
    metric: async (name: keyof ReturnType<typeof createMetrics>) => {
      const found = metrics[name]
      if (!('get' in found)) throw new Error(`${name} is no metric`)
      return (await found.get()).values.map(({ value }) => value)
    },
    /** Evaluates, a minute after the last time, what measuring the rules came to. */
    evaluate: (...texts: readonly string[]): Promise<GroupOutcome> => {
      measures = texts
      return run.evaluate(T0 + minute++ * MINUTE_MS, signal)
    },
  }
}

const write = ({ labels, status }: Alert): string =>
  `${labels.get('alertname')} ${labels.get('service')} ${status}`

const rulesOf = (...names: readonly string[]): MetricRule[] => names.map((alert) => slowRule({ alert }))

describe('createRuleGroup', () => {
  it('measures all rules at once, and judges each by its own measure', async () => {
    const asked: unknown[] = []
    const group = buildRuleGroup({ rules: rulesOf('Slow', 'Failed', 'Busy') })
    const { run } = setUp(group, {
      measure: async (...args) => {
        asked.push(args)
        return ['a:1!', 'down', 'b:2!'].map((text) => readMeasure(text, T0))
      },
    })
    const { alerts, status } = await run.evaluate(T0, signal)
    expect(asked).toEqual([[group.rules, T0, signal, []]])
    expect(alerts.map(write)).toEqual(['Slow a firing', 'Busy b firing'])
    expect(
      status.rules.map(({ rule, health, lastError, verdict }) => [rule.alert, health, lastError, verdict]),
    ).toEqual([
      ['Slow', 'ok', undefined, 'firing'],
      ['Failed', 'err', DOWN.message, 'error'],
      ['Busy', 'ok', undefined, 'firing'],
    ])
  })

  it('tells the source of the moments at which nothing was measured', async () => {
    const missed: unknown[] = []
    const { run } = setUp(buildRuleGroup(), {
      measure: async (_rules, at, _signal, ...others) => {
        missed.push(...others)
        return [readMeasure('a:1!', at)]
      },
    })
    await run.evaluate(T0, signal)
    await run.evaluate(T0 + 3 * MINUTE_MS, signal)
    expect(missed).toEqual([[], [T0 + 2 * MINUTE_MS, T0 + MINUTE_MS]])
  })

  it('knows nothing of its rules before the first evaluation', () => {
    const { run } = setUp(buildRuleGroup())
    expect(run.status()).toMatchObject({ lastEvaluation: undefined, evaluationMs: 0 })
    expect(run.status().rules).toMatchObject([
      { health: 'unknown', lastError: undefined, verdict: undefined, window: undefined, alerts: new Map() },
    ])
  })

  it('tells when it was evaluated last, how long that took, and what it looked at', async () => {
    const { run, clock } = setUp(buildRuleGroup(), {
      measure: async (_, at, abort) => {
        await clock.sleepUntil(clock.now() + 3 * SECOND_MS, abort)
        return [readMeasure('', at)]
      },
    })
    const evaluating = run.evaluate(T0, signal)
    await clock.advance(5 * SECOND_MS)
    await evaluating
    expect(run.status()).toMatchObject({ lastEvaluation: T0, evaluationMs: 3 * SECOND_MS })
    expect(run.status().rules[0]?.window).toEqual({ start: T0 - MINUTE_MS, end: T0 })
  })

  it('tells of an alert when it fires, every minute, and when it ends', async () => {
    const group = buildRuleGroup({ intervalMs: 30 * SECOND_MS })
    const { run, told } = setUp(group, {
      measure: async (_, at) => [readMeasure(at < T0 + 3 * MINUTE_MS ? 'a:1!' : '', at)],
      generatorUrl: (rule, { name }) => `http://x/${name}/${rule.alert}`,
    })
    for (let step = 0; step < 8; step += 1) await run.evaluate(T0 + step * 30 * SECOND_MS, signal)
    const at = (minutes: number) => T0 + minutes * MINUTE_MS
    expect(told.map(({ status, startsAt, endsAt }) => [status, startsAt, endsAt])).toEqual([
      ['firing', at(0), at(4)],
      ['firing', at(0), at(5)],
      ['firing', at(0), at(6)],
      ['resolved', at(0), at(3)],
    ])
    expect(told[0]?.generatorUrl).toBe('http://x/shop/Slow')
  })

  it('tells again of what fires while it cannot be evaluated, so that nobody takes silence for an end', async () => {
    const { told, evaluate } = setUp(buildRuleGroup())
    await evaluate('a:1!')
    for (let minute = 0; minute < 30; minute += 1) await evaluate('down')
    expect(told).toHaveLength(31)
    expect(told.at(-1)).toMatchObject({ status: 'firing', startsAt: T0, endsAt: T0 + 34 * MINUTE_MS })
  })

  it('commits first, then hands on, then tells of the evaluation', async () => {
    const { events, committed, told, evaluate } = setUp(buildRuleGroup())
    await evaluate('a:1!')
    expect(events).toEqual(['commit', 'alerts', 'evaluation'])
    expect(committed[0]?.alerts).toEqual(told)
    await evaluate('')
    await evaluate('')
    expect(committed.map(({ at, saved, removed }) => [at, saved.length, removed.length])).toEqual([
      [T0, 1, 0],
      [T0 + MINUTE_MS, 1, 0],
      [T0 + 2 * MINUTE_MS, 1, 0],
    ])
  })

  it('hands on nothing where there is nothing to tell', async () => {
    const { events, evaluate } = setUp(buildRuleGroup())
    await evaluate('')
    expect(events).toEqual(['commit', 'evaluation'])
  })

  it('keeps in the store what it has in mind, and nothing else', async () => {
    const rules = [slowRule({ forMs: 2 * MINUTE_MS, keepFiringForMs: MINUTE_MS })]
    const { run, store, evaluate } = setUp(buildRuleGroup({ rules }))
    for (const text of ['a:1! b:1!', 'a:1!', 'a:1! c:1!', 'down', 'c:1!', 'part', '', '']) {
      await evaluate(text)
      const kept = (await store.loadAlerts()).map(({ alert }) => alert)
      expect(kept).toEqual([...(run.status().rules[0]?.alerts.values() ?? [])])
    }
    for (let minute = 0; minute < 20; minute += 1) await evaluate('')
    expect(await store.loadAlerts()).toEqual([])
  })

  describe('that cannot commit', () => {
    function setUpFailing() {
      let failures = 1
      const store = createMemoryRuleStore()
      const made = setUp(buildRuleGroup(), {
        store: {
          commit: async (evaluation) => {
            if (failures-- > 0) throw new Error('disk full')
            await store.commit(evaluation)
          },
        },
      })
      return made
    }

    it('tells nobody, and begins with the next evaluation where it was', async () => {
      const { run, told, evaluate } = setUpFailing()
      const first = await evaluate('a:1!')
      expect([told, first.alerts, first.changes]).toEqual([[], [], []])
      expect(run.status().rules[0]).toMatchObject({
        health: 'err',
        verdict: 'error',
        lastError: 'the evaluation could not be saved: Error: disk full',
        alerts: new Map(),
      })
      await evaluate('a:1!')
      expect(told.map(({ status, startsAt }) => [status, startsAt])).toEqual([['firing', T0 + MINUTE_MS]])
      expect(run.status().rules[0]).toMatchObject({ health: 'ok', lastError: undefined })
    })

    it('says so and counts it', async () => {
      const { logger, metric, evaluate } = setUpFailing()
      await evaluate('a:1!')
      expect(logger.lines.map(([level, message]) => `${level} ${message}`)).toEqual([
        'error What a rule group found could not be saved, and was not told',
        'warn A rule could not be evaluated',
      ])
      expect(await metric('ruleCommitFailures')).toEqual([1])
      expect(await metric('ruleFailures')).toEqual([1])
    })
  })

  it.each<[string, MeasureRules, string]>([
    ['rejects', () => Promise.reject(DOWN), 'Tempo API error: 503'],
    [
      'throws',
      () => {
        throw new TypeError('x is not a function')
      },
      'x is not a function',
    ],
    ['leaves rules out', async () => [], 'the rule was not measured'],
    ['rejects with no error', () => Promise.reject('gone'), 'gone'],
  ])('fails in every rule where measuring %s', async (_, measure, message) => {
    const { run } = setUp(buildRuleGroup({ rules: rulesOf('Slow', 'Failed') }), { measure })
    const { status } = await run.evaluate(T0, signal)
    expect(status.rules.map(({ health, lastError }) => [health, lastError])).toEqual([
      ['err', message],
      ['err', message],
    ])
  })

  it.each(['rejects', 'answers'])(
    'rejects, and changes nothing, where it is aborted and measuring %s',
    async (how) => {
      const stopping = new AbortController()
      const { run, events } = setUp(buildRuleGroup(), {
        measure: async (_, at) => {
          stopping.abort(new Error('stopped'))
          if (how === 'rejects') throw new Error('aborted')
          return [readMeasure('a:1!', at)]
        },
      })
      await expect(run.evaluate(T0, stopping.signal)).rejects.toThrow('stopped')
      expect(events).toEqual([])
      expect(run.status().lastEvaluation).toBeUndefined()
    },
  )

  it('goes on where those who are told have a fault', async () => {
    const { run, logger, evaluate } = setUp(buildRuleGroup(), {
      onAlerts: () => {
        throw new Error('no way on')
      },
    })
    await evaluate('a:1!')
    await evaluate('')
    expect(run.status().rules[0]?.alerts.size).toBe(1)
    expect(logger.lines).toContainEqual([
      'error',
      'What a rule group found could not be passed on',
      { error: 'Error: no way on' },
    ])
  })

  it('takes a fault of its own for a failure of that rule alone', async () => {
    const broken = { labels: 5, value: 1, holds: true, exemplars: [] }
    const { run } = setUp(buildRuleGroup({ rules: rulesOf('Slow', 'Failed') }), {
      measure: async (_, at) => {
        const good = readMeasure('a:1!', at)
        if (good instanceof Error) throw good
        // oxlint-disable-next-line no-unsafe-type-assertion
        return [{ ...good, samples: [broken as never] }, good]
      },
    })
    const { status, alerts } = await run.evaluate(T0, signal)
    expect(status.rules.map(({ health }) => health)).toEqual(['err', 'ok'])
    expect(alerts.map(write)).toEqual(['Failed a firing'])
  })

  describe('tells in its log', () => {
    it('of parts only once its windows lie after its start', async () => {
      const { logger, evaluate } = setUp(buildRuleGroup({ rules: [slowRule()] }))
      const told = () => logger.lines.map(([level]) => level)
      await evaluate('part')
      expect(told()).toEqual([])
      for (const text of ['part', 'part', '', 'part']) await evaluate(text)
      expect(told()).toEqual(['warn', 'warn'])
    })

    it('of what begins and ends, and of a rule in trouble once', async () => {
      const rules = [slowRule({ forMs: MINUTE_MS })]
      const { logger, evaluate } = setUp(buildRuleGroup({ rules }))
      for (const text of ['a:1!', 'a:1!', 'down', 'down', 'part', 'part', '', 'b:1!', ''])
        await evaluate(text)
      expect(logger.lines.map(([level, message]) => `${level} ${message}`)).toEqual([
        'debug Alert is pending',
        'info Alert fires',
        'warn A rule could not be evaluated',
        'info A rule is evaluated again',
        'warn A rule was evaluated over a part of the traces: it ends no alert',
        'info Alert has ended',
        'debug Alert is pending',
        'debug Alert is pending no more',
      ])
      expect(logger.lines[1]?.[2]).toEqual({
        rule_group: 'shop.yaml;shop',
        labels: '{"service":"a","alertname":"Slow"}',
        value: 1,
      })
      expect(logger.lines[2]?.[2]).toEqual({
        alertname: 'Slow',
        rule_group: 'shop.yaml;shop',
        error: DOWN.message,
      })
    })

    it('of a template that fails, once an evaluation', async () => {
      const rules = [
        slowRule({
          annotations: new Map([
            ['summary', 'x'],
            ['text', 'y'],
          ]),
        }),
      ]
      const { logger, metric, told, evaluate } = setUp(buildRuleGroup({ rules }), {
        render: () => {
          throw new Error('no such filter')
        },
      })
      await evaluate('a:1! b:1!')
      expect(told).toHaveLength(2)
      expect(logger.lines.filter(([level]) => level === 'warn')).toEqual([
        [
          'warn',
          'A template of a rule could not be filled in',
          { rule_group: 'shop.yaml;shop', name: 'summary', error: 'no such filter' },
        ],
      ])
      expect(await metric('templateFaults')).toEqual([4])
    })

    it('of no more than a few of very many changes', async () => {
      const { logger, evaluate } = setUp(buildRuleGroup())
      await evaluate(Array.from({ length: 100 }, (_, index) => `s${index}:1!`).join(' '))
      expect(logger.lines).toHaveLength(21)
      expect(logger.lines.at(-1)).toEqual([
        'info',
        'More alerts have changed',
        { rule_group: 'shop.yaml;shop', alerts: 80 },
      ])
    })
  })

  it('counts its evaluations', async () => {
    const { metric, evaluate } = setUp(buildRuleGroup({ rules: rulesOf('Slow', 'Failed') }))
    await evaluate('a:1!', 'down')
    await evaluate('part', '')
    expect(await metric('ruleEvaluations')).toEqual([4])
    expect(await metric('ruleFailures')).toEqual([1])
    expect(await metric('rulePartial')).toEqual([1])
    expect(await metric('ruleGroupIterations')).toEqual([2])
    expect(await metric('ruleGroupLastEvaluation')).toEqual([(T0 + MINUTE_MS) / 1000])
  })
})
