import { describe, expect, it } from 'vitest'
import { createHarness, type Harness } from '../../test/dispatch-harness.js'

/** Short enough to count along: groups wait 10 s, changes 60 s, repeats come after 600 s. */
const ROUTE = {
  receiver: 'team',
  group_by: ['g'],
  group_wait: '10s',
  group_interval: '1m',
  repeat_interval: '10m',
}

describe('a group of alerts', () => {
  it('is told after it has waited, of changes after the interval, and again when nothing changes', async () => {
    const { start, fire, resolve, until, told } = createHarness({ route: ROUTE })
    await start()
    fire('g=x,n=a')
    await until(5)
    fire('g=x,n=b', 'g=y,n=c')
    await until(20)
    fire('g=x,n=d')
    await until(80)
    resolve('g=x,n=a')
    await until(740)
    resolve('g=x,n=b', 'g=x,n=d', 'g=y,n=c')
    await until(900)

    expect(told()).toEqual([
      '10 team {g=x}: +a +b',
      '15 team {g=y}: +c',
      '70 team {g=x}: +a +b +d',
      '130 team {g=x}: +b +d -a',
      '615 team {g=y}: +c',
      '730 team {g=x}: +b +d',
      '790 team {g=x}: -b -d',
      '795 team {g=y}: -c',
    ])
  })

  it('is told of no alert that began and ended before anybody looked', async () => {
    const { start, fire, resolve, until, told, active, dispatcher } = createHarness({ route: ROUTE })
    await start()
    fire('g=x,n=a')
    await until(5)
    resolve('g=x,n=a')
    await until(600)
    expect(told()).toEqual([])
    expect(active.size).toBe(0)
    expect(dispatcher.groups()).toEqual([])
  })

  it('whose end is told again for a while tells nobody again, and lets go of it again', async () => {
    const { start, fire, resolve, accept, until, told, active } = createHarness({ route: ROUTE })
    await start()
    fire('g=x,n=a', 'g=x,n=b')
    await until(20)
    resolve('g=x,n=a', 'g=x,n=b')
    const ended = [...active.values()]
    await until(75)
    expect(active.size).toBe(0)
    accept(ended)
    expect(active.size).toBe(2)
    await until(600)
    expect(told()).toHaveLength(2)
    expect(active.size).toBe(0)
  })

  it('is new again once all of it has ended and was told', async () => {
    const { start, fire, resolve, until, told } = createHarness({ route: ROUTE })
    await start()
    fire('g=x,n=a')
    await until(20)
    resolve('g=x,n=a')
    await until(75)
    fire('g=x,n=a')
    await until(200)
    resolve('g=x,n=a')
    await until(300)
    expect(told()).toEqual([
      '10 team {g=x}: +a',
      '70 team {g=x}: -a',
      '85 team {g=x}: +a',
      '205 team {g=x}: -a',
    ])
  })

  it('is looked at at once where an alert has waited already', async () => {
    const { start, accept, alertOf, clock, until, told } = createHarness({ route: ROUTE })
    await start()
    accept([alertOf('g=x,n=a', { startsAt: clock.now() - 10_001 }), alertOf('g=x,n=b')])
    await until(1)
    expect(told()).toEqual(['0 team {g=x}: +a +b'])
  })

  it('hears of the end of an alert that nobody says goes on', async () => {
    const { start, fireFor, until, told, active } = createHarness({ route: ROUTE })
    await start()
    fireFor(30, 'g=x,n=a', 'g=x,n=b')
    await until(25)
    fireFor(600, 'g=x,n=b')
    await until(300)
    expect(told()).toEqual(['10 team {g=x}: +a +b', '70 team {g=x}: +b -a'])
    expect(active.size).toBe(1)
  })

  it('keeps the beginning of an alert that is told again with a later one', async () => {
    const { start, fire, until, flushes, clock } = createHarness({ route: ROUTE })
    const begin = clock.now()
    await start()
    fire('g=x,n=a')
    await until(5)
    fire('g=x,n=a')
    await until(10)
    expect(flushes[0]?.notification?.alerts[0]?.startsAt).toBe(begin)
  })

  it('does not repeat to those who do not want to hear of ends, and tells them when it fires again', async () => {
    const { start, fire, resolve, until, told, log } = createHarness(
      { route: ROUTE },
      { withoutResolved: ['team'] },
    )
    await start()
    fire('g=x,n=a', 'g=x,n=b')
    await until(20)
    resolve('g=x,n=a')
    await until(80)
    resolve('g=x,n=b')
    await until(140)
    expect([...log.values()][0]).toMatchObject({ firing: [] })
    fire('g=x,n=b')
    await until(200)
    expect(told()).toEqual(['10 team {g=x}: +a +b', '150 team {g=x}: +b'])
  })

  it('says where only ends are news, which is nothing to those who do not want to hear of ends', async () => {
    const { start, fire, resolve, until, told, flushes } = createHarness({ route: ROUTE })
    await start()
    fire('g=x,n=a', 'g=x,n=b')
    await until(20)
    resolve('g=x,n=b')
    await until(80)
    fire('g=x,n=c')
    await until(800)
    resolve('g=x,n=a', 'g=x,n=c')
    await until(900)
    const isOnlyForEnds = flushes.map(({ notification }) => notification?.isOnlyForEnds === true)
    expect(told().map((text, index) => `${text}${isOnlyForEnds[index] ? ' for ends' : ''}`)).toEqual([
      '10 team {g=x}: +a +b',
      '70 team {g=x}: +a -b for ends',
      '130 team {g=x}: +a +c',
      '730 team {g=x}: +a +c',
      '850 team {g=x}: -a -c for ends',
    ])
  })

  it('that cannot be kept is made up for, and nothing of it is told twice', async () => {
    const { start, fire, resolve, until, told, fail, logger, active } = createHarness({ route: ROUTE })
    await start()
    fail(3)
    fire('g=x,n=a')
    await until(30)
    resolve('g=x,n=a')
    fail(1)
    await until(300)
    // After 1, 2 and 4 seconds.
    expect(told()).toEqual(['17 team {g=x}: +a', '78 team {g=x}: -a'])
    // Failures are logged every ten seconds at most.
    const group = '{}:{g="x"}'
    expect(logger.lines.map(([level, , fields]) => [level, fields])).toEqual([
      ['error', { group, error: 'Error: disk full', others: 0 }],
      ['error', { group, error: 'Error: disk full', others: 2 }],
    ])
    expect(active.size).toBe(0)
  })

  it('tells each transition by a key of its own, the same for nobody else', async () => {
    const { start, fire, resolve, until, flushes } = createHarness({
      route: {
        ...ROUTE,
        routes: [{ matchers: ['n=a'], continue: true, receiver: 'other' }, { matchers: ['n=a'] }],
      },
      receivers: [{ name: 'team' }, { name: 'other' }],
    })
    await start()
    fire('g=x,n=a', 'g=y,n=a')
    await until(60)
    resolve('g=x,n=a')
    await until(1000)
    const keys = flushes.flatMap(({ notification }) => notification?.idempotencyKey ?? [])
    expect(keys).toHaveLength(8)
    expect(new Set(keys).size).toBe(8)
    expect(keys.every((key) => /^[0-9a-f]{32}$/.test(key))).toBe(true)
  })
})

describe('an alert on several routes', () => {
  it('is let go when the last of them has told of its end', async () => {
    const { start, fire, resolve, until, told, active, flushes } = createHarness({
      route: {
        ...ROUTE,
        routes: [
          { matchers: ['n=~a|b'], continue: true, receiver: 'fast', group_interval: '20s' },
          { matchers: ['n=a'], receiver: 'slow' },
          { matchers: ['n=b'], receiver: 'slow', group_interval: '20s' },
        ],
      },
      receivers: [{ name: 'team' }, { name: 'fast' }, { name: 'slow' }],
    })
    await start()
    fire('g=x,n=a', 'g=y,n=b')
    await until(15)
    resolve('g=x,n=a', 'g=y,n=b')
    await until(300)
    expect(told().slice(4)).toEqual([
      '30 fast {g=x}: -a',
      '30 fast {g=y}: -b',
      '30 slow {g=y}: -b',
      '70 slow {g=x}: -a',
    ])
    // Also where two tell of it at the same moment.
    expect(flushes.flatMap(({ ended }) => ended.map(({ labels }) => labels.get('n')))).toEqual(['b', 'a'])
    expect(active.size).toBe(0)
  })
})

describe('what is muted', () => {
  it('by a silence is told once the silence is over', async () => {
    const { start, fire, silence, until, told, dispatcher } = createHarness({ route: ROUTE })
    await start()
    await silence('n=a', 100)
    fire('g=x,n=a', 'g=x,n=b')
    await until(20)
    expect(dispatcher.groups()[0]?.alerts.map(({ mutes }) => mutes.length)).toEqual([1, 0])
    await until(200)
    expect(told()).toEqual(['10 team {g=x}: +b', '130 team {g=x}: +a +b'])
  })

  it('is told of its end where its beginning was told, also under a silence', async () => {
    const { start, fire, resolve, silence, until, told, active } = createHarness({ route: ROUTE })
    await start()
    fire('g=x,n=a', 'g=x,n=b')
    await until(15)
    await silence('g=x', 1000)
    fire('g=x,n=c')
    await until(80)
    resolve('g=x,n=a')
    await until(140)
    resolve('g=x,n=b', 'g=x,n=c')
    await until(900)
    // Of c nobody was ever told.
    expect(told()).toEqual(['10 team {g=x}: +a +b', '130 team {g=x}: -a', '190 team {g=x}: -b'])
    expect(active.size).toBe(0)
  })

  it('by another alert is told when that one has ended', async () => {
    const { start, fire, resolve, until, told } = createHarness({
      route: ROUTE,
      inhibit_rules: [{ source_matchers: ['n=down'], target_matchers: ['n!=down'], equal: ['dc'] }],
    })
    await start()
    fire('g=x,n=a,dc=1', 'g=x,n=b,dc=2', 'g=y,n=down,dc=1')
    await until(75)
    resolve('g=y,n=down,dc=1')
    await until(140)
    expect(told()).toEqual([
      '10 team {g=x}: +b',
      '10 team {g=y}: +down',
      '130 team {g=x}: +a +b',
      '130 team {g=y}: -down',
    ])
  })

  it('by the time is told afterwards', async () => {
    // The story begins at 08:44 UTC.
    const { start, fire, until, told } = createHarness({
      route: {
        ...ROUTE,
        routes: [
          { matchers: ['g=x'], mute_time_intervals: ['early'] },
          { matchers: ['g=y'], active_time_intervals: ['late'] },
        ],
      },
      time_intervals: [
        { name: 'early', time_intervals: [{ times: [{ start_time: '08:00', end_time: '08:50' }] }] },
        {
          name: 'late',
          time_intervals: [
            { times: [{ start_time: '09:51', end_time: '24:00' }], location: 'Europe/Berlin' },
          ],
        },
      ],
    })
    await start()
    fire('g=x,n=a', 'g=y,n=b')
    await until(500)
    expect(told()).toEqual(['370 team {g=x}: +a', '430 team {g=y}: +b'])
  })

  it('by a maintenance window is told afterwards', async () => {
    const { start, fire, until, told, dispatcher } = createHarness({
      route: ROUTE,
      maintenance_windows: [
        {
          name: 'disks',
          matchers: ['n=a'],
          from: '2026-11-24T08:00Z',
          to: '2026-11-24T08:46Z',
          comment: 'new ones',
        },
      ],
    })
    await start()
    fire('g=x,n=a', 'g=x,n=b')
    await until(15)
    expect(
      dispatcher.explain(
        new Map([
          ['g', 'x'],
          ['n', 'a'],
        ]),
      ).routes[0]?.mutes,
    ).toEqual([
      { kind: 'maintenance', name: 'disks', endsAt: Date.UTC(2026, 10, 24, 8, 46), comment: 'new ones' },
    ])
    await until(500)
    expect(told()).toEqual(['10 team {g=x}: +b', '130 team {g=x}: +a +b'])
  })
})

describe('a rate limit', () => {
  const LIMITED = {
    route: { ...ROUTE, group_by: ['n'], group_interval: '5m', repeat_interval: '1h' },
    receivers: [{ name: 'team', rate_limit: { notifications: 2, per: '1m' } }],
  }

  it('folds what goes over it into one, and says so', async () => {
    const { start, fire, resolve, until, told, active, metrics } = createHarness(LIMITED)
    await start()
    fire('n=a', 'n=b', 'n=c', 'n=d', 'n=d,i=2', 'n=e')
    await until(100)
    resolve('n=a', 'n=b', 'n=c', 'n=d', 'n=d,i=2', 'n=e')
    await until(1000)
    expect(told()).toEqual([
      '10 team {n=a}: +a',
      '10 team {n=b}: +b',
      '40 team {n=c}: +c (and 3 more alerts in 2 groups since 08:44 UTC)',
      '310 team {n=a}: -a',
      '310 team {n=b}: -b',
      '340 team {n=c}: -c (and 3 more alerts in 2 groups since 08:49 UTC)',
    ])
    expect(active.size).toBe(0)
    expect((await metrics.dispatchFolded.get()).values[0]?.value).toBe(4)
  })

  it('that folds what is news into ends says that it is for everybody', async () => {
    const { start, fire, resolve, until, told, flushes } = createHarness(LIMITED)
    await start()
    fire('n=a', 'n=b', 'n=c', 'n=c,i=2')
    await until(250)
    resolve('n=a', 'n=c,i=2')
    fire('n=d', 'n=e')
    await until(305)
    fire('n=f')
    await until(330)
    const isOnlyForEnds = flushes.map(({ notification }) => notification?.isOnlyForEnds === true)
    expect(told().map((text, index) => `${text}${isOnlyForEnds[index] ? ' for ends' : ''}`)).toEqual([
      '10 team {n=a}: +a',
      '10 team {n=b}: +b',
      '40 team {n=c}: +c +c',
      '260 team {n=d}: +d',
      '260 team {n=e}: +e',
      '310 team {n=a}: -a for ends',
      '320 team {n=c}: +c -c (and 1 more alert in 1 group since 08:49 UTC)',
    ])
  })

  it('loses nothing when what was folded ends before there is room', async () => {
    const { start, fire, resolve, until, told, active } = createHarness(LIMITED)
    await start()
    fire('n=a', 'n=b', 'n=c', 'n=d')
    await until(20)
    resolve('n=c')
    await until(250)
    expect(told()).toEqual(['10 team {n=a}: +a', '10 team {n=b}: +b', '40 team {n=d}: +d'])
    expect(active.size).toBe(3)
  })

  it('tries again where what was folded cannot be kept', async () => {
    const { start, fire, until, told, fail } = createHarness(LIMITED)
    await start()
    fire('n=a', 'n=b', 'n=c', 'n=d')
    await until(20)
    fail(1)
    await until(250)
    expect(told().slice(2)).toEqual(['70 team {n=c}: +c (and 1 more alert in 1 group since 08:44 UTC)'])
  })
})

describe('a rate limit and another plan', () => {
  const settings = (notifications: number) => ({
    route: { ...ROUTE, group_by: ['n'], group_wait: '0s', group_interval: '5m', repeat_interval: '9h' },
    receivers: [{ name: 'team', rate_limit: { notifications, per: '1h' } }],
  })

  it('that has the same limit has no more room, and what was folded has waited as long', async () => {
    const { start, fire, replace, until, told } = createHarness(settings(1))
    await start()
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
      fire(`n=${name}`)
      await until(60 * index + 1)
      await replace(settings(1))
    }
    await until(3000)
    expect(told()).toEqual(['0 team {n=a}: +a'])
    await until(4000)
    expect(told().slice(1)).toEqual(['3600 team {n=b}: +b (and 2 more alerts in 2 groups since 08:44 UTC)'])
  })

  it('that has another one begins with all of it', async () => {
    const { start, fire, replace, until, told } = createHarness(settings(1))
    await start()
    fire('n=a', 'n=b')
    await until(10)
    await replace(settings(2))
    fire('n=c')
    await until(20)
    expect(told()).toEqual([
      '0 team {n=a}: +a',
      expect.stringMatching(/^10 team \{n=b\}: \+b/),
      expect.stringMatching(/^10 team \{n=c\}: \+c/),
    ])
  })
})

describe('after a restart', () => {
  it('nothing is told again, and what was still to be told is told', async () => {
    const { start, fire, resolve, restart, until, told, active } = createHarness({ route: ROUTE })
    await start()
    fire('g=x,n=a', 'g=x,n=b', 'g=y,n=c')
    await until(15)
    fire('g=x,n=d')
    resolve('g=y,n=c')
    await restart(5)
    await until(25)
    expect(told().slice(2)).toEqual(['20 team {g=x}: +a +b +d', '20 team {g=y}: -c'])
    await restart(300)
    await until(400)
    expect(told()).toHaveLength(4)
    expect(active.size).toBe(3)
  })

  it('an alert goes on that nobody could say goes on', async () => {
    const { start, fireFor, restart, until, told } = createHarness({ route: ROUTE })
    await start()
    fireFor(240, 'g=x,n=a')
    await until(15)
    await restart(500)
    await until(600)
    fireFor(240, 'g=x,n=a')
    await until(700)
    // It was restored at 515 for five minutes.
    expect(told()).toEqual(['10 team {g=x}: +a', '635 team {g=x}: +a'])
    await until(900)
    expect(told()[2]).toBe('875 team {g=x}: -a')
  })

  it('an alert that has waited for a while waits for the rest only', async () => {
    const { start, fire, restart, until, told } = createHarness({ route: ROUTE })
    await start()
    fire('g=x,n=a')
    await until(4)
    await restart(2)
    await until(60)
    expect(told()).toEqual(['10 team {g=x}: +a'])
  })
})

describe('another plan', () => {
  it('goes on where the old one was, and tells nobody twice', async () => {
    const { start, fire, resolve, replace, until, told, active } = createHarness({ route: ROUTE })
    await start()
    fire('g=x,n=a', 'g=y,n=b')
    await until(20)
    await replace({ route: { ...ROUTE, group_interval: '20s' }, time_intervals: [] })
    fire('g=x,n=c')
    await until(45)
    resolve('g=x,n=a', 'g=x,n=c', 'g=y,n=b')
    await until(100)
    expect(told().slice(2)).toEqual(['20 team {g=x}: +a +c', '60 team {g=x}: -a -c', '60 team {g=y}: -b'])
    expect(active.size).toBe(0)
  })

  it('that cannot be followed changes nothing', async () => {
    const { start, fire, dispatcher, until, told } = createHarness({ route: ROUTE })
    await start()
    fire('g=x,n=a')
    const plan = dispatcher.plan()
    const wrong = { ...plan.route, matchers: [{ name: 'a', operator: '=~', value: '(' }] } as const
    await expect(dispatcher.replace({ ...plan, route: wrong })).rejects.toThrow('missing closing )')
    await until(15)
    expect(told()).toEqual(['10 team {g=x}: +a'])
  })
})

describe('another plan that leads alerts elsewhere', () => {
  const settings = (matcher: string, receiver = 'second') => ({
    route: { ...ROUTE, routes: [{ matchers: [matcher], receiver }] },
    receivers: [{ name: 'team' }, { name: 'second' }, { name: 'third' }],
  })
  const endsOf = ({ flushes }: Harness): readonly string[] =>
    flushes.flatMap(({ notification }) =>
      (notification?.alerts ?? []).flatMap(({ status, labels }) =>
        status === 'resolved' ? [`${notification?.groupKey} ${labels.get('n')}`] : [],
      ),
    )

  it('tells the end to whoever was told before, and nothing else', async () => {
    const harness = createHarness(settings('n=~"a|b"'))
    const { start, fire, resolve, replace, until, told, active, dispatcher } = harness
    await start()
    fire('g=x,n=a', 'g=x,n=b')
    await until(20)
    await replace(settings('n=~"a|b|c"', 'third'))
    await until(700)
    resolve('g=x,n=b')
    await until(800)
    resolve('g=x,n=a')
    await until(900)
    expect(told().filter((text) => text.includes('second'))).toEqual([
      '10 second {g=x}: +a +b',
      expect.stringMatching(/second \{g=x\}: -b$/),
      expect.stringMatching(/second \{g=x\}: -a$/),
    ])
    expect(told().filter((text) => text.includes('third'))).toEqual([
      expect.stringMatching(/\+a \+b$/),
      expect.stringMatching(/\+a \+b$/),
      expect.stringMatching(/\+a -b$/),
      expect.stringMatching(/-a$/),
    ])
    expect([active.size, dispatcher.groups()]).toEqual([0, []])
  })

  it('tells it too where only the receiver is another, or an alert leaves others behind', async () => {
    const harness = createHarness(settings('n=~"a|b"'))
    const { start, fire, resolve, replace, until, told, active } = harness
    await start()
    fire('g=x,n=a', 'g=x,n=c')
    await until(20)
    await replace(settings('n=~"a|b"', 'third'))
    await until(100)
    await replace(settings('n=~"a|c"', 'third'))
    await until(200)
    resolve('g=x,n=a')
    await until(300)
    resolve('g=x,n=c')
    await until(400)
    expect(told().filter((text) => text.includes('second'))).toEqual([
      '10 second {g=x}: +a',
      expect.stringMatching(/-a$/),
    ])
    expect(endsOf(harness).toSorted()).toEqual([
      '{}/{n=~"a|b"}:{g="x"} a',
      '{}/{n=~"a|b"}:{g="x"} a',
      '{}/{n=~"a|c"}:{g="x"} a',
      '{}/{n=~"a|c"}:{g="x"} c',
      '{}:{g="x"} c',
    ])
    expect(active.size).toBe(0)
  })

  it('and then back is as if nothing had been', async () => {
    const { start, fire, resolve, replace, until, told, active } = createHarness(settings('n=a'))
    await start()
    fire('g=x,n=a')
    await until(20)
    await replace(settings('n=b'))
    await replace(settings('n=a'))
    await until(100)
    resolve('g=x,n=a')
    await until(200)
    expect(told().slice(0, 1)).toEqual(['10 second {g=x}: +a'])
    expect(
      told()
        .filter((text) => text.includes('second'))
        .slice(1),
    ).toEqual([expect.stringMatching(/-a$/)])
    expect(active.size).toBe(0)
  })

  it('tells nobody of the end of what was not told before', async () => {
    const { start, fire, resolve, replace, until, told, active } = createHarness(settings('n=a'))
    await start()
    fire('g=x,n=a')
    await until(5)
    await replace(settings('n=~"a.*"', 'third'))
    await until(100)
    resolve('g=x,n=a')
    await until(200)
    expect(told().filter((text) => !text.includes('third'))).toEqual([])
    expect(told()).toHaveLength(2)
    expect(active.size).toBe(0)
  })
})

describe('what goes over a bound', () => {
  it('in groups comes together in one for each route', async () => {
    const { start, fire, resolve, until, told, metrics, active } = createHarness(
      { route: ROUTE },
      { limits: { groups: 2 } },
    )
    await start()
    fire('g=1,n=a', 'g=2,n=b', 'g=3,n=c', 'g=4,n=d')
    await until(15)
    resolve('g=1,n=a', 'g=2,n=b', 'g=3,n=c', 'g=4,n=d')
    await until(80)
    expect(told()).toEqual([
      '10 team {g=1}: +a',
      '10 team {g=2}: +b',
      '10 team {}: +c +d',
      '70 team {g=1}: -a',
      '70 team {g=2}: -b',
      '70 team {}: -c -d',
    ])
    expect((await metrics.dispatchOverflow.get()).values[0]?.value).toBe(2)
    expect(active.size).toBe(0)
  })

  it('in groups stays together until it has ended, also where there is room again and by another plan', async () => {
    const settings = { route: ROUTE }
    const harness = createHarness(settings, { limits: { groups: 2 } })
    const { start, fire, resolve, accept, replace, until, told, active, alertOf } = harness
    await start()
    fire('g=1,n=a', 'g=2,n=b', 'g=3,n=c', 'g=4,n=d')
    await until(15)
    resolve('g=1,n=a', 'g=2,n=b')
    await until(80)
    accept([alertOf('g=3,n=c', { startsAt: 0 })])
    await until(150)
    await replace(settings)
    await until(220)
    resolve('g=3,n=c', 'g=4,n=d')
    await until(300)
    expect(told().slice(2)).toEqual([
      '10 team {}: +c +d',
      '70 team {g=1}: -a',
      '70 team {g=2}: -b',
      expect.stringMatching(/^\d+ team \{\}: -c -d$/),
    ])
    expect(active.size).toBe(0)
    fire('g=3,n=c')
    await until(400)
    expect(told().at(-1)).toBe('310 team {g=3}: +c')
  })

  it('in alerts is refused, counted and logged once a minute', async () => {
    const { start, fire, resolve, until, told, metrics, logger, dispatcher } = createHarness(
      { route: ROUTE },
      { limits: { alerts: 2 } },
    )
    await start()
    fire('g=x,n=a', 'g=x,n=b', 'g=x,n=c', 'g=x,n=d')
    await until(15)
    expect(told()).toEqual(['10 team {g=x}: +a +b'])
    expect((await metrics.dispatchRefused.get()).values[0]?.value).toBe(2)
    expect(logger.lines).toHaveLength(1)
    resolve('g=x,n=a')
    await until(71)
    // What has ended makes room.
    fire('g=x,n=c')
    await until(131)
    expect(told()[2]).toBe('130 team {g=x}: +b +c')
    expect(dispatcher.alerts()).toHaveLength(2)
  })
})

describe('a dispatcher', () => {
  it('sleeps once for all groups, and leaves nothing behind when it is stopped, also twice or before it is started', async () => {
    const harness = createHarness({ route: ROUTE })
    await harness.start()
    harness.fire('g=x,n=a', 'g=y,n=b', 'g=z,n=c')
    await harness.until(1)
    expect(harness.clock.sleeping).toBe(1)
    await Promise.all([harness.dispatcher.stop(), harness.dispatcher.stop()])
    expect(harness.clock.sleeping).toBe(0)
    const unstarted = createHarness({ route: ROUTE })
    await unstarted.dispatcher.stop()
    await unstarted.start()
    unstarted.fire('g=x,n=a')
    await unstarted.until(100)
    expect(unstarted.told()).toEqual([])
  })

  it('explains who would hear, and what each stage did', async () => {
    const { start, fire, silence, until, dispatcher } = createHarness({
      route: {
        ...ROUTE,
        routes: [{ matchers: ['g=y'] }, { matchers: ['g=x'], receiver: 'x' }, { matchers: ['g=z'] }],
      },
      receivers: [{ name: 'team' }, { name: 'x' }],
    })
    await start()
    await silence('n=a', 600)
    fire('g=x,n=a', 'g=x,n=b')
    await until(80)
    const { path, routes } = dispatcher.explain(
      new Map([
        ['g', 'x'],
        ['n', 'a'],
      ]),
    )
    expect(path.map(({ route, outcome }) => `${route.key} ${outcome}`)).toEqual([
      '{} entered',
      '{}/{g="y"} not matched',
      '{}/{g="x"} taken',
      '{}/{g="z"} not asked',
    ])
    expect(routes).toHaveLength(1)
    expect(routes[0]).toMatchObject({
      groupKey: '{}/{g="x"}:{g="x"}',
      mutes: [{ kind: 'silence', id: 'silence-1' }],
    })
    expect(routes[0]?.group).toMatchObject({ alerts: 2, dueAt: Date.UTC(2026, 10, 24, 8, 46, 10) })
    expect(routes[0]?.group?.steps.map(({ stage, text }) => `${stage}: ${text}`)).toEqual([
      'inhibit: nothing is muted',
      'times: nothing is muted',
      'maintenance: nothing is muted',
      'silence: 1 of 2 alerts muted by silence silence-1, until 2026-11-24T08:54:00Z, by ann: disks',
      'dedup: is not told: nothing has changed since it was told 60 s ago; it is told again after 2026-11-24T08:54:10.000Z',
    ])
  })

  it('shows the alerts that fire, to whom they go and why nobody hears', async () => {
    const { start, fire, resolve, until, dispatcher } = createHarness({
      route: ROUTE,
      inhibit_rules: [{ source_matchers: ['n=down'], target_matchers: ['n=a'] }],
    })
    await start()
    fire('g=x,n=a', 'g=x,n=down', 'g=y,n=c')
    expect(dispatcher.alerts().map(({ isProcessed }) => isProcessed)).toEqual([false, false, false])
    await until(15)
    resolve('g=y,n=c')
    expect(
      dispatcher
        .alerts()
        .map(({ alert, receivers, mutes, isProcessed }) => [
          alert.labels.get('n'),
          receivers,
          mutes.map(({ kind }) => kind),
          isProcessed,
        ]),
    ).toEqual([
      ['a', ['team'], ['inhibition'], true],
      ['down', ['team'], [], true],
    ])
    expect(dispatcher.groups()).toMatchObject([{ receiver: 'team', key: '{}:{g="x"}' }])
  })
})
