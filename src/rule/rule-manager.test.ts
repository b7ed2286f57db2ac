import { describe, expect, it } from 'vitest'
import { buildRuleGroup, slowRule } from '../../test/build-rule-group.js'
import { readMeasure } from '../../test/read-measure.js'
import { createTestClock, type TestClock } from '../../test/test-clock.js'
import { createTestLogger } from '../../test/test-logger.js'
import type { Alert } from '../model/alert.js'
import type { RuleGroup } from '../model/alerting-rule.js'
import { MINUTE_MS, SECOND_MS } from '../model/time.js'
import { createMemoryRuleStore } from '../store/memory-rule-store.js'
import type { RuleStore } from '../store/rule-store.js'
import { createMetrics } from '../telemetry/metrics.js'
import { toGrid } from './group-grid.js'
import { createRuleManager, type RuleManagerOptions } from './rule-manager.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)

interface SetUp {
  readonly groups?: readonly RuleGroup[]
  readonly clock?: TestClock
  readonly store?: RuleStore
  readonly parts?: Partial<RuleManagerOptions>
}

/** A manager in a world in which every rule measures what `see` said last for its name. */
function setUp(options: SetUp = {}) {
  const clock = options.clock ?? createTestClock(T0)
  const store = options.store ?? createMemoryRuleStore()
  const logger = createTestLogger()
  const metrics = createMetrics()
  const told: string[] = []
  const evaluated: [name: string, at: number][] = []
  const seen = new Map<string, string>()
  const manager = createRuleManager({
    groups: options.groups ?? [buildRuleGroup()],
    measure: async (rules, at) => rules.map(({ alert }) => readMeasure(seen.get(alert) ?? '', at)),
    render: (template) => template,
    store,
    onAlerts: (alerts) => void told.push(...alerts.map(write)),
    onEvaluation: ({ at, status }) => void evaluated.push([status.group.name, at]),
    clock,
    logger,
    metrics,
    ...options.parts,
  })
  return {
    manager,
    clock,
    store,
    logger,
    metrics,
    evaluated,
    see: (alert: string, text: string) => void seen.set(alert, text),
    /** What was told since the last time. */
    toldNow: () => told.splice(0),
    states: () =>
      manager
        .groups()
        .flatMap(({ rules }) =>
          rules.flatMap(({ rule, alerts }) =>
            [...alerts.values()].map(
              (alert) => `${rule.alert} ${alert.labels.get('service')} ${alert.state}`,
            ),
          ),
        ),
  }
}

const write = ({ labels, status }: Alert): string =>
  `${labels.get('alertname')} ${labels.get('service')} ${status}`

const groupsOf = (...names: readonly string[]): RuleGroup[] =>
  names.map((name) => buildRuleGroup({ name, rules: [slowRule({ alert: name })] }))

const offsetOf = (name: string): number => toGrid(`shop.yaml;${name}`, MINUTE_MS).offsetMs

describe('createRuleManager', () => {
  it('evaluates each group on a grid of its own', async () => {
    const { manager, clock, evaluated } = setUp({ groups: groupsOf('one', 'two') })
    await manager.start()
    await clock.advance(3 * MINUTE_MS)
    for (const name of ['one', 'two']) {
      const moments = evaluated.filter(([each]) => each === name).map(([, at]) => at - T0)
      expect(moments).toEqual([0, 1, 2].map((minute) => minute * MINUTE_MS + offsetOf(name)))
    }
    expect(offsetOf('one')).not.toBe(offsetOf('two'))
    await manager.stop()
    expect(clock.sleeping).toBe(0)
  })

  it('lets a slow group make no other late, and counts what it missed', async () => {
    const clock = createTestClock(T0)
    const { manager, evaluated, metrics } = setUp({
      groups: groupsOf('slow', 'quick'),
      clock,
      parts: {
        measure: async (rules, at, signal) => {
          if (rules[0]?.alert === 'slow') await clock.sleepUntil(clock.now() + 2.5 * MINUTE_MS, signal)
          return [readMeasure('', at)]
        },
      },
    })
    await manager.start()
    await clock.advance(7 * MINUTE_MS)
    await manager.stop()
    expect(evaluated.filter(([name]) => name === 'quick')).toHaveLength(7)
    expect(evaluated.filter(([name]) => name === 'slow').map(([, at]) => at - T0 - offsetOf('slow'))).toEqual(
      [0, 2 * MINUTE_MS],
    )
    const of = async (name: 'ruleGroupMissed' | 'ruleGroupLate') =>
      (await metrics[name].get()).values.find(({ labels }) => labels.rule_group === 'shop.yaml;slow')?.value
    expect([await of('ruleGroupLate'), await of('ruleGroupMissed')]).toEqual([2, 3])
  })

  it('shows its groups by file and name, with their states', async () => {
    const { manager, clock, see } = setUp({
      groups: [
        buildRuleGroup({ file: 'b.yaml', name: 'one' }),
        buildRuleGroup({ file: 'a.yaml', name: 'two' }),
        buildRuleGroup({ file: 'a.yaml', name: 'one' }),
      ],
    })
    see('Slow', 'a:1!')
    expect(manager.groups()).toEqual([])
    await manager.start()
    expect(manager.groups().map(({ group }) => `${group.file} ${group.name}`)).toEqual([
      'a.yaml one',
      'a.yaml two',
      'b.yaml one',
    ])
    await clock.advance(MINUTE_MS)
    expect(manager.groups().map(({ rules }) => rules[0]?.verdict)).toEqual(['firing', 'firing', 'firing'])
    await manager.stop()
  })

  describe('that takes other groups', () => {
    const shop = (...rules: Parameters<typeof slowRule>[0][]): RuleGroup =>
      buildRuleGroup({ rules: rules.map((rule) => slowRule(rule)) })

    it('lets a group that is the same go on', async () => {
      const { manager, clock, evaluated } = setUp({ groups: groupsOf('one', 'two') })
      await manager.start()
      await clock.advance(MINUTE_MS)
      const before = manager.groups()
      await manager.replace(groupsOf('one', 'three'))
      expect(manager.groups().find(({ group }) => group.name === 'one')).toBe(before[0])
      await clock.advance(MINUTE_MS)
      expect(evaluated.filter(([name]) => name === 'one')).toHaveLength(2)
      expect(evaluated.filter(([name]) => name === 'two')).toHaveLength(1)
      expect(evaluated.filter(([name]) => name === 'three')).toHaveLength(1)
      await manager.stop()
      expect(clock.sleeping).toBe(0)
    })

    it('keeps the alerts of a rule of which all but the name and the labels may change', async () => {
      const { manager, clock, store, see, states, toldNow } = setUp({
        groups: [shop({ forMs: 2 * MINUTE_MS }, { alert: 'Failed' })],
      })
      see('Slow', 'a:1!')
      see('Failed', 'b:1!')
      await manager.start()
      await clock.advance(2 * MINUTE_MS)
      expect(states()).toEqual(['Slow a pending', 'Failed b firing'])
      toldNow()
      await manager.replace([
        shop(
          { alert: 'Failed', expr: '{} | rate() > 11' },
          { alert: 'New' },
          { forMs: 2 * MINUTE_MS, annotations: new Map([['summary', 'x']]) },
        ),
      ])
      expect(states()).toEqual(['Failed b firing', 'Slow a pending'])
      expect(toldNow()).toEqual([])
      expect((await store.loadAlerts()).map(({ alert }) => alert.state).toSorted()).toEqual([
        'firing',
        'pending',
      ])
      await clock.advance(MINUTE_MS)
      expect(states()).toEqual(['Failed b firing', 'Slow a firing'])
      expect(toldNow()).toEqual(['Failed b firing', 'Slow a firing'])
      await manager.stop()
    })

    it('ends the alerts of a rule that is gone, says so, and tells of it for 15 minutes', async () => {
      const { manager, clock, store, logger, see, toldNow } = setUp({
        groups: [shop({}, { alert: 'Failed' })],
      })
      see('Slow', 'a:1!')
      see('Failed', 'b:1!')
      await manager.start()
      await clock.advance(MINUTE_MS)
      toldNow()
      await manager.replace([shop({})])
      expect(toldNow()).toEqual(['Failed b resolved'])
      await clock.advance(5 * MINUTE_MS)
      expect(toldNow().filter((each) => each === 'Failed b resolved')).toHaveLength(5)
      expect(await store.loadAlerts()).toHaveLength(2)
      await clock.advance(20 * MINUTE_MS)
      expect(toldNow().filter((each) => each === 'Failed b resolved')).toHaveLength(10)
      expect((await store.loadAlerts()).map(({ alert }) => alert.state)).toEqual(['firing'])
      expect(logger.lines.filter(([, message]) => message.includes('rule is gone'))).toEqual([
        [
          'info',
          'Alert has ended: its rule is gone',
          { labels: expect.stringContaining('"alertname":"Failed"') },
        ],
      ])
      await manager.stop()
    })

    it('tells nobody of what was pending when its rule went', async () => {
      const { manager, clock, store, see, toldNow } = setUp({ groups: [shop({ forMs: 5 * MINUTE_MS })] })
      see('Slow', 'a:1!')
      await manager.start()
      await clock.advance(MINUTE_MS)
      expect(await store.loadAlerts()).toHaveLength(1)
      await manager.replace([])
      expect(toldNow()).toEqual([])
      expect(await store.loadAlerts()).toEqual([])
      await manager.stop()
    })

    it('gives a rule that comes back its alerts back, and tells no more of their end', async () => {
      const { manager, clock, see, states, toldNow } = setUp({ groups: [shop({})] })
      see('Slow', 'a:1!')
      await manager.start()
      await clock.advance(MINUTE_MS)
      await manager.replace([])
      await clock.advance(2 * MINUTE_MS)
      await manager.replace([shop({})])
      expect(states()).toEqual(['Slow a inactive'])
      await clock.advance(MINUTE_MS)
      expect(states()).toEqual(['Slow a firing'])
      toldNow()
      await clock.advance(5 * MINUTE_MS)
      expect(toldNow()).toEqual(Array.from({ length: 5 }, () => 'Slow a firing'))
      await manager.stop()
    })

    it('does not tell of the end of an alert that fires for another rule now', async () => {
      const { manager, clock, store, see, toldNow } = setUp({ groups: groupsOf('one') })
      see('one', 'a:1!')
      await manager.start()
      await clock.advance(MINUTE_MS)
      toldNow()
      const moved = buildRuleGroup({ name: 'two', rules: [slowRule({ alert: 'one' })] })
      await manager.replace([moved])
      expect(toldNow()).toEqual(['one a resolved'])
      await clock.advance(5 * MINUTE_MS)
      expect(toldNow().slice(1)).not.toContain('one a resolved')
      expect((await store.loadAlerts()).map(({ alert }) => alert.state)).toEqual(['firing'])
      await manager.stop()
    })

    it('makes the evaluation that it cut short', async () => {
      const clock = createTestClock(T0)
      const { manager, evaluated } = setUp({
        clock,
        parts: {
          measure: async (rules, at, signal) => {
            const takesMs = rules.length === 1 ? 30 * SECOND_MS : 0
            await clock.sleepUntil(clock.now() + takesMs, signal)
            return rules.map(() => readMeasure('', at))
          },
        },
      })
      await manager.start()
      await clock.advance(offsetOf('shop') + 10 * SECOND_MS)
      expect(evaluated).toEqual([])
      await manager.replace([shop({}, { alert: 'Failed' })])
      await clock.advance(0)
      expect(evaluated).toEqual([['shop', T0 + offsetOf('shop')]])
      await clock.advance(MINUTE_MS)
      expect(evaluated.at(-1)).toEqual(['shop', T0 + MINUTE_MS + offsetOf('shop')])
      await manager.stop()
    })

    it('takes another interval from its next moment on', async () => {
      const { manager, clock, evaluated } = setUp()
      await manager.start()
      await clock.advance(MINUTE_MS)
      await manager.replace([buildRuleGroup({ intervalMs: 20 * SECOND_MS })])
      await clock.advance(MINUTE_MS)
      expect(evaluated).toHaveLength(4)
      await manager.stop()
    })

    it('changes nothing where two groups of one file have one name', async () => {
      const { manager, clock, see, states } = setUp()
      see('Slow', 'a:1!')
      await manager.start()
      await clock.advance(MINUTE_MS)
      await expect(manager.replace([shop({}), shop({ alert: 'Failed' })])).rejects.toThrow(
        'two rule groups of shop.yaml are called "shop"',
      )
      expect(states()).toEqual(['Slow a firing'])
      await manager.replace([shop({}, { alert: 'Failed' })])
      expect(states()).toEqual(['Slow a firing'])
      await manager.stop()
    })

    it('takes them before the start, and no more after the stop', async () => {
      const { manager, clock, evaluated } = setUp()
      await manager.replace(groupsOf('one'))
      expect(manager.groups()).toEqual([])
      await manager.start()
      await clock.advance(MINUTE_MS)
      expect(evaluated.map(([name]) => name)).toEqual(['one'])
      await manager.stop()
      await manager.replace(groupsOf('two'))
      await clock.advance(MINUTE_MS)
      expect(evaluated).toHaveLength(1)
      expect(clock.sleeping).toBe(0)
    })

    it('shows in the metrics the groups that are there', async () => {
      const { manager, metrics } = setUp({ groups: groupsOf('one', 'two') })
      await manager.start()
      await manager.replace(groupsOf('two', 'three'))
      const text = await metrics.registry.metrics()
      const named = new Set([...text.matchAll(/rule_group="([^"]*)"/g)].map(([, name]) => name))
      expect(named).toEqual(new Set(['shop.yaml;two', 'shop.yaml;three']))
      expect(text).toContain('tracebell_rule_evaluations_total{rule_group="shop.yaml;three"} 0')
      expect(text).toContain('tracebell_rule_group_interval_seconds{rule_group="shop.yaml;two"} 60')
      await manager.stop()
    })
  })

  describe('that starts again', () => {
    /** Runs for some minutes, is away for some, and runs again with other groups or the same. */
    async function restart(options: {
      readonly before: readonly RuleGroup[]
      readonly after?: readonly RuleGroup[]
      readonly saw: string
      readonly minutes: number
      readonly awayMs: number
    }) {
      const clock = createTestClock(T0)
      const store = createMemoryRuleStore()
      const first = setUp({ groups: options.before, clock, store })
      first.see('Slow', options.saw)
      await first.manager.start()
      await clock.advance(options.minutes * MINUTE_MS)
      await first.manager.stop()
      await clock.advance(options.awayMs)
      return setUp({ groups: options.after ?? options.before, clock, store })
    }

    const slow = (forMin: number, keepMin = 0): RuleGroup[] => [
      buildRuleGroup({
        rules: [slowRule({ forMs: forMin * MINUTE_MS, keepFiringForMs: keepMin * MINUTE_MS })],
      }),
    ]

    it('goes on with what fires, as the same alert, and tells of it at once', async () => {
      const told: Alert[] = []
      const again = await restart({ before: slow(0), saw: 'a:1!', minutes: 1, awayMs: 90 * MINUTE_MS })
      const { manager, clock, see } = setUp({
        groups: slow(0),
        clock: again.clock,
        store: again.store,
        parts: { onAlerts: (alerts) => void told.push(...alerts) },
      })
      see('Slow', 'a:1!')
      await manager.start()
      expect(manager.groups()[0]?.rules[0]).toMatchObject({ health: 'unknown' })
      await clock.advance(MINUTE_MS)
      expect(told.map(({ status, startsAt }) => [status, startsAt])).toEqual([
        ['firing', T0 + offsetOf('shop')],
      ])
      await manager.stop()
    })

    it('tells of the end of what fired, and has ended meanwhile', async () => {
      const { manager, clock, toldNow } = await restart({
        before: slow(0),
        saw: 'a:1!',
        minutes: 1,
        awayMs: 90 * MINUTE_MS,
      })
      await manager.start()
      await clock.advance(MINUTE_MS)
      expect(toldNow()).toEqual(['Slow a resolved'])
      await manager.stop()
    })

    it('keeps firing for as long as it would have', async () => {
      const { manager, clock, states, see } = await restart({
        before: slow(0, 5),
        saw: 'a:1!',
        minutes: 1,
        awayMs: MINUTE_MS,
      })
      see('Slow', '')
      await manager.start()
      await clock.advance(5 * MINUTE_MS)
      expect(states()).toEqual(['Slow a firing'])
      await clock.advance(MINUTE_MS)
      expect(states()).toEqual(['Slow a inactive'])
      await manager.stop()
    })

    it('lets nothing go on by a source that cannot be asked yet', async () => {
      const { manager, clock, states, see, toldNow } = await restart({
        before: slow(0),
        saw: 'a:1!',
        minutes: 1,
        awayMs: MINUTE_MS,
      })
      see('Slow', 'down')
      await manager.start()
      await clock.advance(30 * MINUTE_MS)
      expect(states()).toEqual(['Slow a firing'])
      expect(new Set(toldNow())).toEqual(new Set(['Slow a firing']))
      await manager.stop()
    })

    // `for` is 30 minutes, of which 15 are over when it goes away; the grace period is 10.
    it.each([
      ['waits for the rest of its for', 30, 15, 20, 15],
      ['waits for the grace period where less is left', 30, 25, 20, 10],
      ['begins anew after an hour', 30, 15, 61, 30],
      ['begins anew where for is short', 5, 3, 1, 5],
    ])('%s', async (_, forMin, pendingMin, awayMin, waitsMin) => {
      const { manager, clock, states, see } = await restart({
        before: slow(forMin),
        saw: 'a:1!',
        minutes: pendingMin + 1,
        awayMs: awayMin * MINUTE_MS - MINUTE_MS,
      })
      see('Slow', 'a:1!')
      await manager.start()
      // Moments of the grid: one a minute.
      let waited = 0
      for (; waited < 100; waited += 1) {
        await clock.advance(MINUTE_MS)
        if (states().includes('Slow a firing')) break
      }
      expect(Math.abs(waited - waitsMin)).toBeLessThanOrEqual(1)
      await manager.stop()
    })

    it('leaves nothing in the store of what does not go on', async () => {
      const { manager, store } = await restart({
        before: slow(5),
        saw: 'a:1!',
        minutes: 3,
        awayMs: MINUTE_MS,
      })
      expect(await store.loadAlerts()).toHaveLength(1)
      await manager.start()
      expect(await store.loadAlerts()).toEqual([])
      await manager.stop()
    })

    it('ends the alerts of rules that went while it was away', async () => {
      const { manager, toldNow, store, clock } = await restart({
        before: slow(0),
        after: [],
        saw: 'a:1!',
        minutes: 1,
        awayMs: MINUTE_MS,
      })
      await manager.start()
      expect(toldNow()).toEqual(['Slow a resolved'])
      await clock.advance(17 * MINUTE_MS)
      expect(await store.loadAlerts()).toEqual([])
      await manager.stop()
    })

    it('does not start where what was saved cannot be read, and can be started then', async () => {
      let faults = 1
      const store = createMemoryRuleStore()
      const { manager, clock, evaluated } = setUp({
        store: {
          ...store,
          loadAlerts: async () => {
            if (faults-- > 0) throw new Error('disk gone')
            return store.loadAlerts()
          },
        },
      })
      await expect(manager.start()).rejects.toThrow('disk gone')
      expect(clock.sleeping).toBe(0)
      await manager.start()
      await clock.advance(MINUTE_MS)
      expect(evaluated).toHaveLength(1)
      await manager.stop()
    })
  })

  it('tries again to tell of ends that could not be saved', async () => {
    const store = createMemoryRuleStore()
    let isBroken = false
    const { manager, clock, logger, see, toldNow } = setUp({
      store: {
        ...store,
        commit: async (evaluation) => {
          if (isBroken) throw new Error('disk full')
          await store.commit(evaluation)
        },
      },
    })
    see('Slow', 'a:1!')
    await manager.start()
    await clock.advance(MINUTE_MS)
    toldNow()
    isBroken = true
    await manager.replace([])
    expect(toldNow()).toEqual([])
    expect(logger.lines.at(-1)).toEqual([
      'error',
      'The end of alerts whose rules are gone could not be told',
      { error: 'Error: disk full' },
    ])
    isBroken = false
    await clock.advance(MINUTE_MS)
    expect(toldNow()).toEqual(['Slow a resolved'])
    await manager.stop()
  })

  it('may be stopped before it was started, twice, while it starts, and started twice', async () => {
    const { manager, clock, evaluated } = setUp()
    await manager.stop()
    await Promise.all([manager.start(), manager.start()])
    await clock.advance(MINUTE_MS)
    expect(evaluated).toHaveLength(1)
    await Promise.all([manager.stop(), manager.stop()])
    await manager.start()
    await clock.advance(MINUTE_MS)
    expect(evaluated).toHaveLength(1)
    expect(clock.sleeping).toBe(0)

    const hasty = setUp()
    await Promise.all([hasty.manager.start(), hasty.manager.stop()])
    await hasty.clock.advance(MINUTE_MS)
    expect([hasty.evaluated, hasty.clock.sleeping]).toEqual([[], 0])
  })
})
