import fc from 'fast-check'

/** Something that happens to alerts, so many milliseconds after the beginning of a story. */
export interface StoryEvent {
  readonly atMs: number
  readonly kind: 'fire' | 'resolve' | 'expire'
  readonly alerts: readonly string[]
}

/** What happens to one group of alerts. Stories know nothing of each other, so that many can be told at once. */
export interface Story {
  readonly kind: 'plain' | 'inhibited' | 'silenced' | 'timed' | 'two routes'
  readonly events: readonly StoryEvent[]
}

export const GROUP_WAIT_MS = 1000
export const GROUP_INTERVAL_MS = 3000
/** Not a multiple of the interval: that moment would be before or after the look at the group by chance. */
export const REPEAT_MS = 7000
/** How long a story goes on after it began. */
export const STORY_MS = 24_000
/** So long an alert fires that is to end by itself. */
export const EXPIRES_MS = 2100

/**
 * Groups are looked at a whole number of seconds after their first alert. So nothing else happens within a third of a
 * second of that, nor does an alert expire then: the first event of a group comes on the second, and each of the others at a part
 * of one.
 */
const FRACTIONS_MS = [380, 460, 540, 620, 700] as const

/**
 * It fires all the time. An Alertmanager remembers a group without alerts for up to half a minute, so that an alert that
 * comes then is told sooner or later than one of a new group; here such a group is gone.
 */
const LASTING = 'd'

const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })

const change = fc.record({
  second: fc.integer({ min: 0, max: 15 }),
  kind: fc.constantFrom('fire', 'fire', 'resolve', 'expire' as const),
  alerts: names,
})

export const stories: fc.Arbitrary<Story> = fc
  .tuple(
    fc.constantFrom<Story['kind'][]>('plain', 'plain', 'inhibited', 'silenced', 'timed', 'two routes'),
    names,
    fc.array(change, { maxLength: FRACTIONS_MS.length }),
    fc.boolean(),
  )
  .map(([kind, first, changes, ends]) => {
    const later = changes
      .toSorted((left, right) => left.second - right.second)
      .map((each) => (each.kind === 'fire' ? each : { ...each, alerts: withoutMuted(each.alerts, kind) }))
      .map((each, index) => ({ ...each, atMs: each.second * 1000 + (FRACTIONS_MS[index] ?? 0) }))
    const begin: StoryEvent = { atMs: 0, kind: 'fire', alerts: [LASTING, ...first] }
    const end: StoryEvent = { atMs: 16_800, kind: 'resolve', alerts: [LASTING, 'a', 'b', 'c'] }
    return { kind, events: [begin, ...later, ...(ends ? [end] : [])] }
  })

/**
 * Who was told that an alert fires is told here of its end, muted or not; an Alertmanager tells of no end that it finds
 * muted. So nothing ends in these stories that may be muted.
 */
function withoutMuted(alerts: readonly string[], kind: Story['kind']): readonly string[] {
  const mutable = { plain: [], 'two routes': [], timed: [], silenced: ['b'], inhibited: ['b', 'c'] }[kind]
  return alerts.filter((name) => !mutable.some((each) => each === name))
}

/** How far into a minute stories begin: `timed` ones are muted until that minute is over, which is between two looks at a group. */
export const BEGINS_AT_MS = 48_000
const MINUTE_MS = 60_000

/** The first moment at which stories may begin, from one on. */
export function toBegin(from: number): number {
  return Math.ceil((from - BEGINS_AT_MS) / MINUTE_MS) * MINUTE_MS + BEGINS_AT_MS
}

/** The minute in which stories begin. */
function toTimes(begin: number) {
  const minute = Math.floor(begin / MINUTE_MS)
  const clockTime = (at: number): string => new Date(at * MINUTE_MS).toISOString().slice(11, 16)
  const end = clockTime(minute + 1)
  return [{ times: [{ start_time: clockTime(minute), end_time: end === '00:00' ? '24:00' : end }] }]
}

/** The settings of both, but for the receivers. */
export function toSettings(isOurs: boolean, begin: number) {
  const durations = { group_wait: '1s', group_interval: '3s', repeat_interval: '7s' }
  return {
    route: {
      receiver: 'team',
      group_by: ['g'],
      ...durations,
      routes: [
        { matchers: ['kind="timed"'], mute_time_intervals: ['first minute'] },
        { matchers: ['kind="two"'], receiver: 'first', continue: true },
        { matchers: ['kind="two"', 'n=~"a|b|d"'], receiver: 'second' },
      ],
    },
    time_intervals: [{ name: 'first minute', time_intervals: toTimes(begin) }],
    inhibit_rules: [
      { source_matchers: ['n="a"'], target_matchers: ['n!="a"', 'kind="inhibited"'], equal: ['g'] },
    ],
    ...(isOurs ? { receivers: [{ name: 'team' }, { name: 'first' }, { name: 'second' }] } : {}),
  }
}

/** The labels of an alert of a story. */
export function toLabels({ kind }: Story, group: number, name: string): Readonly<Record<string, string>> {
  return { alertname: 'Story', g: `g${group}`, n: name, kind: kind.replace(' routes', '') }
}
