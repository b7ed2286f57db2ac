import { describe, expect, it } from 'vitest'
import { startDispatchDaemon, type DispatchDaemon } from './dispatch-daemon.js'

/** No switch of clocks, and a Tuesday. */
const START = Date.UTC(2026, 10, 24, 8, 44)
const ROUTE = { receiver: 'team', group_by: ['service'], group_wait: '0s', group_interval: '1m' }

describe('muting in the daemon', () => {
  it('an inhibited alert is told once the one that hides it has ended', async () => {
    const inhibit_rules = [{ source_matchers: ['service=gateway'], target_matchers: ['service=shop'] }]
    const daemon = await startDispatchDaemon({ route: ROUTE, inhibit_rules }, START)
    await daemon.fail('gateway', 'shop')
    await daemon.wait(200)
    expect(daemon.story().map(withoutTime)).toEqual(['+gateway'])
    await daemon.fail('shop')
    await daemon.wait(120)
    expect(daemon.story().map(withoutTime).toSorted()).toEqual(['+gateway', '+shop', '-gateway'])
  })

  it('a silence that ends while the alert fires: it is told then, and not before', async () => {
    const daemon = await startDispatchDaemon({ route: ROUTE }, START)
    await daemon.silence('shop', 300)
    await daemon.fail('shop', 'cart')
    await daemon.wait(290)
    expect(daemon.story().map(withoutTime)).toEqual(['+cart'])
    await daemon.wait(90)
    expect(daemon.story().map(withoutTime)).toEqual(['+cart', '+shop'])
    expect(daemon.told[1]?.seconds).toBeGreaterThanOrEqual(300)
  })

  it.each(['silence', 'mute time', 'maintenance'] as const)(
    'an end that comes within a %s reaches those who were told of the beginning, and nobody else',
    async (kind) => {
      const daemon = await startDispatchDaemon(settingsOf(kind), START)
      await daemon.fail('shop')
      await daemon.wait(60)
      expect(daemon.story().map(withoutTime)).toEqual(['+shop'])
      if (kind === 'silence') {
        await daemon.silence('shop', 3600)
        await daemon.silence('cart', 3600)
      } else await daemon.wait(120)
      await daemon.fail('cart', 'shop')
      await daemon.wait(120)
      await daemon.fail()
      await daemon.wait(180)
      expect(daemon.story().map(withoutTime)).toEqual(['+shop', '-shop'])
    },
  )

  it('what fired and ended before and was muted all the time is told to nobody, also after a restart', async () => {
    const daemon = await startDispatchDaemon({ route: ROUTE }, START)
    await daemon.silence('shop', 600)
    await daemon.fail('shop')
    await daemon.wait(120)
    await daemon.restart()
    // Until then it cannot be told that nothing failed, as what was received before is gone.
    await daemon.wait(60)
    await daemon.fail()
    await daemon.wait(900)
    expect(daemon.story()).toEqual([])
  })
})

function withoutTime(line: string): string {
  return line.slice(line.indexOf(' ') + 1)
}

/** From two minutes after the beginning on. */
function settingsOf(kind: 'silence' | 'mute time' | 'maintenance'): object {
  if (kind === 'silence') return { route: ROUTE }
  const times = [{ times: [{ start_time: '08:46', end_time: '10:00' }] }]
  return kind === 'maintenance'
    ? { route: ROUTE, maintenance_windows: [{ name: 'm', time_intervals: times }] }
    : {
        route: { ...ROUTE, routes: [{ matchers: ['service!=""'], mute_time_intervals: ['m'] }] },
        time_intervals: [{ name: 'm', time_intervals: times }],
      }
}

/**
 * Each mutes a stretch of time of which one end lies in the day of a switch. When that stretch begins and ends in UTC was
 * worked out by hand from the rules of these zones for 2026.
 */
const SWITCHES = [
  { zone: 'Europe/Berlin', mute: '01:30-03:30', begin: '2026-03-29T00:30Z', end: '2026-03-29T01:30Z' },
  { zone: 'Europe/Berlin', mute: '01:30-03:30', begin: '2026-10-24T23:30Z', end: '2026-10-25T02:30Z' },
  { zone: 'America/New_York', mute: '01:30-03:30', begin: '2026-03-08T06:30Z', end: '2026-03-08T07:30Z' },
  { zone: 'America/New_York', mute: '00:30-02:30', begin: '2026-11-01T04:30Z', end: '2026-11-01T07:30Z' },
  { zone: 'Australia/Lord_Howe', mute: '01:00-03:00', begin: '2026-10-03T14:30Z', end: '2026-10-03T16:00Z' },
  { zone: 'Australia/Lord_Howe', mute: '01:00-03:00', begin: '2026-04-04T14:00Z', end: '2026-04-04T16:30Z' },
  { zone: 'Asia/Kolkata', mute: '01:30-03:30', begin: '2026-03-28T20:00Z', end: '2026-03-28T22:00Z' },
] as const

/** By the clock of their place from their begin on, and as long as they say. */
const WINDOWS = [
  { zone: 'Europe/Berlin', start: '01:30', begin: '2026-03-29T00:30Z', end: '2026-03-29T02:30Z' },
  { zone: 'Europe/Berlin', start: '01:30', begin: '2026-10-24T23:30Z', end: '2026-10-25T01:30Z' },
  { zone: 'America/New_York', start: '01:30', begin: '2026-03-08T06:30Z', end: '2026-03-08T08:30Z' },
  { zone: 'America/New_York', start: '01:30', begin: '2026-11-01T05:30Z', end: '2026-11-01T07:30Z' },
  { zone: 'Australia/Lord_Howe', start: '01:45', begin: '2026-10-03T15:15Z', end: '2026-10-03T17:15Z' },
  { zone: 'Australia/Lord_Howe', start: '01:45', begin: '2026-04-04T14:45Z', end: '2026-04-04T16:45Z' },
  { zone: 'Asia/Kolkata', start: '01:30', begin: '2026-03-28T20:00Z', end: '2026-03-28T22:00Z' },
] as const

/** Windows that come once, between two readings of a clock that is changed in between. */
const ONCE = [
  {
    zone: 'Europe/Berlin',
    from: '2026-03-29T01:30',
    to: '2026-03-29T04:00',
    begin: '2026-03-29T00:30Z',
    end: '2026-03-29T02:00Z',
  },
  {
    zone: 'Europe/Berlin',
    from: '2026-10-25T01:30',
    to: '2026-10-25T04:00',
    begin: '2026-10-24T23:30Z',
    end: '2026-10-25T03:00Z',
  },
  {
    zone: 'America/New_York',
    from: '2026-03-08T01:30',
    to: '2026-03-08T04:00',
    begin: '2026-03-08T06:30Z',
    end: '2026-03-08T08:00Z',
  },
  {
    zone: 'Australia/Lord_Howe',
    from: '2026-10-04T01:45',
    to: '2026-10-04T04:00',
    begin: '2026-10-03T15:15Z',
    end: '2026-10-03T17:00Z',
  },
  {
    zone: 'Australia/Lord_Howe',
    from: '2026-04-05T01:00',
    to: '2026-04-05T04:00',
    begin: '2026-04-04T14:00Z',
    end: '2026-04-04T17:30Z',
  },
  {
    zone: 'Asia/Kolkata',
    from: '2026-03-29T01:30',
    to: '2026-03-29T04:00',
    begin: '2026-03-28T20:00Z',
    end: '2026-03-28T22:30Z',
  },
] as const

describe('times in the daemon, over switches of the clocks', () => {
  it.each(SWITCHES)('$zone: $mute is $begin to $end', async ({ zone, mute, begin, end }) => {
    const [start_time, end_time] = mute.split('-')
    const parts = [{ times: [{ start_time, end_time }], location: zone }]
    const routes = [{ matchers: ['service!=""'], mute_time_intervals: ['m'] }]
    const time_intervals = [{ name: 'm', time_intervals: parts }]
    expect(await tellAround({ route: { ...ROUTE, routes }, time_intervals }, begin, end)).toEqual(
      MUTED_IN_BETWEEN,
    )
  })

  it.each(SWITCHES.slice(0, 2))(
    '$zone: only $mute is not $begin to $end',
    async ({ zone, mute, begin, end }) => {
      const [start_time, end_time] = mute.split('-')
      // What is active at all other times is muted in these.
      const times = [
        { start_time: '00:00', end_time: start_time },
        { start_time: end_time, end_time: '24:00' },
      ]
      const routes = [{ matchers: ['service!=""'], active_time_intervals: ['a'] }]
      const time_intervals = [{ name: 'a', time_intervals: [{ times, location: zone }] }]
      expect(await tellAround({ route: { ...ROUTE, routes }, time_intervals }, begin, end)).toEqual(
        MUTED_IN_BETWEEN,
      )
    },
  )

  it.each(WINDOWS)(
    '$zone: a window of two hours from $start is $begin to $end',
    async ({ zone, start, begin, end }) => {
      const window = {
        name: 'w',
        start_time: start,
        duration: '2h',
        location: zone,
        matchers: ['service=~".+"'],
      }
      expect(await tellAround({ route: ROUTE, maintenance_windows: [window] }, begin, end)).toEqual(
        MUTED_IN_BETWEEN,
      )
    },
  )

  it.each(ONCE)('$zone: from $from to $to is $begin to $end', async ({ zone, from, to, begin, end }) => {
    expect(
      await tellAround(
        { route: ROUTE, maintenance_windows: [{ name: 'w', from, to, location: zone }] },
        begin,
        end,
      ),
    ).toEqual(MUTED_IN_BETWEEN)
  })
})

/** What was told by then. */
interface Around {
  readonly before: readonly string[]
  readonly inside: readonly string[]
  readonly untilEnd: readonly string[]
  readonly afterEnd: readonly string[]
}

const MUTED_IN_BETWEEN: Around = {
  before: ['+shop'],
  inside: ['+shop'],
  untilEnd: [],
  afterEnd: ['+cart'],
}

/**
 * What is told around a stretch of time: of an alert that begins two minutes before it, and is joined by another inside of it;
 * and of one that begins inside of it and fires when it ends.
 */
async function tellAround(settings: object, begin: string, end: string): Promise<Around> {
  const [from, to] = [momentOf(begin), momentOf(end)]
  const told = (daemon: DispatchDaemon): string[] => daemon.story().map(withoutTime)
  const first = await startDispatchDaemon(settings, from - 120_000)
  await first.fail('shop')
  await first.wait(60)
  const before = told(first)
  await first.wait(60)
  await first.fail('shop', 'cart')
  await first.wait(180)
  const second = await startDispatchDaemon(settings, to - 180_000)
  await second.fail('cart')
  await second.wait(170)
  const untilEnd = told(second)
  await second.wait(90)
  return { before, inside: told(first), untilEnd, afterEnd: told(second) }
}

function momentOf(text: string): number {
  return Date.parse(text.replace('Z', ':00Z'))
}
