import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHarness, labelsOf, type Harness } from '../../test/dispatch-harness.js'
import type { Alert } from '../model/alert.js'
import { toAlertId } from '../model/alert-id.js'
import { toFingerprint, type LabelSet } from '../model/label-set.js'
import type { Notification } from '../model/notification.js'

const GROUPS = ['x', 'y'] as const
const NAMES = ['a', 'b', 'c'] as const
const REPEAT_MS = 600_000
const ROUTE = {
  receiver: 'team',
  group_by: ['g'],
  group_wait: '10s',
  group_interval: '1m',
  repeat_interval: '10m',
  routes: [
    { matchers: ['n=~a|b'], receiver: 'second', continue: true, mute_time_intervals: ['breaks'] },
    { matchers: ['n=~".+"'], active_time_intervals: ['work'] },
  ],
}

/** Of each ten minutes of the hours in which stories are told: when `second` is muted, when `team` is, when `c` is. */
const BREAKS = { from: 0, to: 2 }
const REPAIRS = { from: 3, to: 5 }
const PAUSES = { from: 6, to: 7 }
/** Within each ten minutes, when everything that was muted by the time has been told of again. */
const TOLD_BY_SECOND = 570

/** A range of each ten minutes, from 8 to 13 o'clock, as people write it. */
function everyTenMinutes({ from, to }: typeof BREAKS): readonly (readonly [string, string])[] {
  return Array.from({ length: 30 }, (_, index) => {
    const hour = String(8 + Math.floor(index / 6)).padStart(2, '0')
    return [`${hour}:${index % 6}${from}`, `${hour}:${index % 6}${to}`] as const
  })
}

function toTimes(ranges: readonly (readonly [string, string])[]) {
  return [{ times: ranges.map(([start_time, end_time]) => ({ start_time, end_time })) }]
}

/** All of the day but these. */
function toOthers(ranges: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  const [starts, ends] = [ranges.map(([start]) => start), ranges.map(([, end]) => end)]
  return [...starts, '24:00'].map((start, index) => [ends[index - 1] ?? '00:00', start] as const)
}

const TIMES = {
  time_intervals: [
    { name: 'breaks', time_intervals: toTimes(everyTenMinutes(BREAKS)) },
    { name: 'work', time_intervals: toTimes(toOthers(everyTenMinutes(PAUSES))) },
  ],
  maintenance_windows: [
    { name: 'repairs', matchers: ['n=c'], time_intervals: toTimes(everyTenMinutes(REPAIRS)) },
  ],
}

/** Whether a receiver is not told of an alert because of the time, as one reads it off a clock. */
function isMutedByTime(receiver: string, labels: LabelSet, at: number): boolean {
  const minute = Math.floor(at / 60_000) % 10
  const isIn = ({ from, to }: typeof BREAKS): boolean => minute >= from && minute < to
  return isIn(receiver === 'second' ? BREAKS : PAUSES) || (labels.get('n') === 'c' && isIn(REPAIRS))
}

type Step =
  | { readonly kind: 'fire' | 'resolve'; readonly alerts: readonly string[] }
  | { readonly kind: 'silence'; readonly matcher: string; readonly seconds: number }
  | { readonly kind: 'unsilence' }
  | { readonly kind: 'restart' | 'wait'; readonly seconds: number }
  | { readonly kind: 'fail'; readonly times: number }
  | { readonly kind: 'replace'; readonly interval: string }

const alert = fc
  .tuple(fc.constantFrom(...GROUPS), fc.constantFrom(...NAMES))
  .map(([group, name]) => `g=${group},n=${name}`)
const alerts = fc.uniqueArray(alert, { minLength: 1, maxLength: 3 })
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('fire'), alerts }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('resolve'), alerts }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('wait'), seconds: fc.integer({ min: 1, max: 200 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('silence'),
      matcher: fc.constantFrom('n=a', 'n!=b,g!=""', 'g=x', 'n=~"b|c",g=y'),
      seconds: fc.integer({ min: 10, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unsilence') }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('restart'), seconds: fc.integer({ min: 0, max: 100 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fail'), times: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('replace'), interval: fc.constantFrom('30s', '1m', '2m') }),
  },
)

/** Settings in which an `a` that fires mutes the `b` of its group. */
function toSettings(limited: boolean, interval = '1m') {
  const limit = limited ? { rate_limit: { notifications: 1, per: '40s' } } : {}
  return {
    route: { ...ROUTE, group_interval: interval, group_by: limited ? ['g', 'n'] : ['g'] },
    receivers: [
      { name: 'team', ...limit },
      { name: 'second', ...limit },
    ],
    ...TIMES,
    inhibit_rules: [{ source_matchers: ['n=a'], target_matchers: ['n=b'], equal: ['g'] }],
  }
}

/** Whether nobody may be told that this fires, as one reads the rules. */
function isMutedNaively(
  { silences, clock }: Harness,
  firing: ReadonlySet<string>,
  labels: LabelSet,
): boolean {
  const isInhibited = labels.get('n') === 'b' && firing.has(`g=${labels.get('g')},n=a`)
  return isInhibited || silences.matching(labels, clock.now()).length > 0
}

/** Does the steps, and checks at every flush that nothing is told that should not be. */
async function tell(
  story: readonly Step[],
  limited: boolean,
): Promise<{ harness: Harness; firing: ReadonlySet<string> }> {
  const harness = createHarness(toSettings(limited))
  const firing = new Set<string>()
  let checked = 0
  const check = (): void => {
    for (const { notification } of harness.flushes.slice(checked)) {
      for (const { labels, status } of notification?.alerts ?? []) {
        if (status !== 'firing' || notification === undefined) continue
        const { receiver, at } = notification
        expect([labels, isMutedNaively(harness, firing, labels)]).toEqual([labels, false])
        expect([receiver, labels, at, isMutedByTime(receiver, labels, at)]).toEqual([
          receiver,
          labels,
          at,
          false,
        ])
      }
    }
    checked = harness.flushes.length
  }
  /** Second by second, so that what was told is checked against what is so at that moment. */
  const wait = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      await harness.clock.advance(1000)
      check()
    }
  }
  await harness.start()
  for (const step of story) {
    await take(step, { harness, firing, limited, wait })
    await harness.clock.advance(0)
    check()
  }
  // Silences end, what failed is made up for, and everything that is to be told is.
  harness.fail(0)
  await wait(700)
  while (Math.floor(harness.clock.now() / 1000) % 600 < TOLD_BY_SECOND) await wait(1)
  await harness.dispatcher.stop()
  return { harness, firing }
}

interface Telling {
  readonly harness: Harness
  readonly firing: Set<string>
  readonly limited: boolean
  readonly wait: (seconds: number) => Promise<void>
}

async function take(step: Step, { harness, firing, limited, wait }: Telling): Promise<void> {
  switch (step.kind) {
    case 'fire':
      for (const each of step.alerts) firing.add(each)
      return harness.fire(...step.alerts)
    case 'resolve': {
      const ended = step.alerts.filter((each) => firing.delete(each))
      return harness.resolve(...ended)
    }
    case 'silence':
      await harness.silence(step.matcher, step.seconds)
      return
    case 'unsilence': {
      const [first] = harness.silences.list(['active'])
      if (first !== undefined) await harness.silences.expire(first.id)
      return
    }
    case 'restart':
      return harness.restart(step.seconds)
    case 'wait':
      return wait(step.seconds)
    case 'fail':
      harness.fail(step.times)
      return
    case 'replace':
      return harness.replace(toSettings(limited, step.interval))
  }
}

/** The alerts that a receiver must think fire, by what it was told. */
function believed({ flushes }: Harness, receiver: string): ReadonlySet<string> {
  const known = new Set<string>()
  for (const { notification } of flushes) {
    if (notification?.receiver !== receiver) continue
    for (const { labels, status } of notification.alerts) {
      if (status === 'firing') known.add(toFingerprint(labels))
      else known.delete(toFingerprint(labels))
    }
  }
  return known
}

function fingerprints(texts: readonly string[]): readonly string[] {
  return texts.map((text) => toFingerprint(labelsOf(text))).toSorted()
}

describe('whatever happens', () => {
  it('receivers know in the end what fires, nothing muted is told, and nothing is told without need', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 25 }), async (story) => {
        const { harness, firing } = await tell(story, false)
        const heard = [...firing].filter((each) => !isMutedNaively(harness, firing, labelsOf(each)))
        for (const receiver of ['team', 'second']) {
          const expected = heard.filter((each) => receiver === 'team' || !each.endsWith('n=c'))
          const mayKnow = new Set(fingerprints([...firing]))
          const known = believed(harness, receiver)
          expect([...known].filter((each) => !mayKnow.has(each))).toEqual([])
          expect(fingerprints(expected).filter((each) => !known.has(each))).toEqual([])
        }
        const notifications = harness.flushes.flatMap(({ notification }) => notification ?? [])
        checkNeed(notifications)
        expect(new Set(notifications.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(
          notifications.length,
        )
        // What has ended is let go of, by everybody.
        expect([...harness.active.keys()].toSorted()).toEqual(fingerprints([...firing]))
      }),
      { numRuns: 150 },
    )
  })

  it('within a rate limit all is told in the end, by itself or folded into something else', async () => {
    let folded = 0
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 25 }), async (story) => {
        const { harness, firing } = await tell(story, true)
        folded += harness.flushes.filter(({ notification }) => notification?.foldedNote !== undefined).length
        const heard = [...firing].filter((each) => !isMutedNaively(harness, firing, labelsOf(each)))
        const owed = (receiver: string): readonly string[] =>
          [...harness.log.values()].filter((each) => each.receiver === receiver).flatMap((each) => each.owed)
        const beginnings = story.filter(({ kind }) => kind === 'restart' || kind === 'replace').length
        const all = [...firing].map((each) => toAlertId(labelsOf(each)))
        for (const receiver of ['team', 'second']) {
          const expected = heard.filter((each) => receiver === 'team' || !each.endsWith('n=c'))
          expect(owed(receiver)).toEqual(
            expect.arrayContaining(expected.map((each) => toAlertId(labelsOf(each)))),
          )
          expect(all).toEqual(expect.arrayContaining([...owed(receiver)]))
          checkPace(
            harness.flushes.flatMap(({ notification }) =>
              notification?.receiver === receiver ? notification : [],
            ),
            beginnings,
          )
        }
        expect([...harness.active.keys()].toSorted()).toEqual(fingerprints([...firing]))
      }),
      { numRuns: 80 },
    )
    expect(folded).toBeGreaterThan(0)
  })
})

/** Each notification of a group says something else than the one before, or comes after the time to repeat. */
function checkNeed(notifications: readonly Notification[]): void {
  const last = new Map<string, Notification>()
  for (const notification of notifications) {
    const key = `${notification.receiver} ${notification.groupKey}`
    const before = last.get(key)
    last.set(key, notification)
    const isRepeat = before !== undefined && notification.at - before.at >= REPEAT_MS
    if (before !== undefined && !isRepeat) expect(says(notification)).not.toBe(says(before))
  }
}

function says({ alerts: told }: Notification): string {
  return told
    .map(({ labels, status, startsAt }: Alert) => `${toFingerprint(labels)} ${status} ${startsAt}`)
    .join()
}

/** There is room for one, and for one more each 40 seconds; a restart or another plan begins anew. */
function checkPace(notifications: readonly Notification[], beginnings: number): void {
  const [first, last] = [notifications[0]?.at ?? 0, notifications.at(-1)?.at ?? 0]
  expect(notifications.length).toBeLessThanOrEqual(1 + beginnings + Math.floor((last - first) / 40_000))
}
