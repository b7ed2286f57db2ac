import { createTestClock } from '../../test-clock.js'
import { createHarness } from '../../dispatch-harness.js'
import { EXPIRES_MS, STORY_MS, toBegin, toLabels, toSettings, type Story } from './story.js'
import { SILENCED_MS, type Told } from './tell-theirs.js'

/** What our dispatch tells of the same stories, on virtual time. */
export async function tellOurs(stories: readonly Story[]) {
  const begin = toBegin(createTestClock().now())
  const harness = createHarness(toSettings(true, begin), { clock: createTestClock(begin) })
  const { clock, flushes } = harness
  await harness.start()
  for (const [group, { kind }] of stories.entries()) if (kind === 'silenced') await silence(harness, group)
  const events = stories
    .flatMap((story, group) => story.events.map((event) => ({ story, group, event })))
    .toSorted((left, right) => left.event.atMs - right.event.atMs)
  for (const { story, group, event } of events) {
    await clock.advance(begin + event.atMs - clock.now())
    const names = event.alerts.map((name) => Object.entries(toLabels(story, group, name)))
    const texts = names.map((labels) => labels.map(([name, value]) => `${name}=${value}`).join(','))
    if (event.kind === 'resolve') harness.resolve(...texts)
    else harness.fireFor((event.kind === 'expire' ? EXPIRES_MS : 3_600_000) / 1000, ...texts)
  }
  await clock.advance(begin + STORY_MS - clock.now())
  const told = new Map<string, Told[]>()
  const keys = new Set<string>()
  for (const { at, notification } of flushes) {
    if (notification === undefined) continue
    keys.add(`${notification.receiver} ${notification.groupKey}`)
    const group = notification.groupLabels.get('g') ?? ''
    const said = notification.alerts.map(
      ({ status, labels }) => `${status === 'firing' ? '+' : '-'}${labels.get('n')}`,
    )
    const ofGroup = told.get(group) ?? []
    ofGroup.push({ atMs: at - begin, receiver: notification.receiver, said: said.toSorted().join(' ') })
    told.set(group, ofGroup)
  }
  await harness.dispatcher.stop()
  return { told, keys }
}

async function silence({ silences, clock }: ReturnType<typeof createHarness>, group: number): Promise<void> {
  const is = (name: string, value: string) => ({ name, operator: '=' as const, value })
  const [start = 0, end = 0] = SILENCED_MS.map((ms) => clock.now() + ms - 50)
  await silences.set({
    matchers: [is('g', `g${group}`), is('n', 'b')],
    startsAt: start,
    endsAt: end,
    createdBy: 'ann',
    comment: 'x',
  })
}
