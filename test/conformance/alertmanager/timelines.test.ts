import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findPeer } from '../../peers/find-peer.js'
import { stories, type Story } from './story.js'
import { tellOurs } from './tell-ours.js'
import { tellTheirs, type Told } from './tell-theirs.js'

const binary = findPeer('alertmanager')
if (binary === undefined) console.log('skipped: no Alertmanager binary (set ALERTMANAGER_BIN)')

const STORIES = Number(process.env['STORIES'] ?? 60)

describe.skipIf(binary === undefined)('beside a real Alertmanager', () => {
  it('the same is told of any story, at the same time', async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
    const ours = await tellOurs(fc.sample(stories, { numRuns: STORIES, seed }))
    let differing: readonly string[] = []
    let told: readonly Story[] = fc.sample(stories, { numRuns: STORIES, seed })
    // On a machine that is busy with other things a moment may pass before an alert arrives there.
    for (let attempt = 1; attempt <= ATTEMPTS && told.length > 0; attempt += 1) {
      const both = await tellBoth(told)
      differing = both.map(({ difference }) => difference)
      told = both.map(({ story }) => story)
    }
    expect([seed, differing]).toEqual([seed, []])
    expect(ours.told.size).toBe(STORIES)
  })
})

const ATTEMPTS = 3

/** The stories of which both do not tell the same. */
async function tellBoth(
  told: readonly Story[],
): Promise<readonly { readonly story: Story; readonly difference: string }[]> {
  const [theirs, ours] = [await tellTheirs(binary ?? '', told), await tellOurs(told)]
  expect([...ours.keys].toSorted()).toEqual([...theirs.keys].toSorted())
  return told.flatMap((story, index) => {
    const [a, b] = [theirs.told.get(`g${index}`) ?? [], ours.told.get(`g${index}`) ?? []]
    return isSame(a, b) ? [] : [{ story, difference: describeBoth(story, a, b) }]
  })
}

const SLACK_MS = 900

function isSame(theirs: readonly Told[], ours: readonly Told[]): boolean {
  const [a, b] = [theirs.toSorted(compare), ours.toSorted(compare)]
  return a.length === b.length && a.every((each, index) => isAlike(each, b[index]))
}

function isAlike(a: Told, b: Told | undefined): boolean {
  return (
    b !== undefined && a.receiver === b.receiver && a.said === b.said && Math.abs(a.atMs - b.atMs) < SLACK_MS
  )
}

function compare(a: Told, b: Told): number {
  return a.receiver === b.receiver ? a.atMs - b.atMs : a.receiver < b.receiver ? -1 : 1
}

function describeBoth({ kind, events }: Story, theirs: readonly Told[], ours: readonly Told[]): string {
  const show = (all: readonly Told[]): string =>
    all.map(({ atMs, receiver, said }) => `${(atMs / 1000).toFixed(1)} ${receiver} ${said}`).join('; ')
  const happened = events.map(
    (event) => `${(event.atMs / 1000).toFixed(1)} ${event.kind} ${event.alerts.join()}`,
  )
  return `${kind}: ${happened.join('; ')}\n  theirs: ${show(theirs)}\n  ours:   ${show(ours)}`
}
