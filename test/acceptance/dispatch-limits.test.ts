import { describe, expect, it } from 'vitest'
import { startDispatchDaemon, type DispatchDaemon } from './dispatch-daemon.js'

const START = Date.UTC(2026, 10, 24, 10, 0)
/** Room for one message each five minutes. */
const SETTINGS = {
  receivers: [{ name: 'team', rate_limit: { notifications: 1, per: '5m' } }],
  route: { receiver: 'team', group_by: ['service'], group_wait: '0s', group_interval: '1m' },
}

/** One alert is told, which takes all the room; three more wait. */
async function fillUp(): Promise<DispatchDaemon> {
  const daemon = await startDispatchDaemon(SETTINGS, START)
  await daemon.fail('a')
  await daemon.wait(60)
  await daemon.fail('a', 'b', 'c', 'd')
  await daemon.wait(60)
  return daemon
}

describe('a receiver with a rate limit', () => {
  it('is told of what had no room in one message that says how much more there is', async () => {
    const daemon = await fillUp()
    expect(daemon.told).toHaveLength(1)
    await daemon.wait(240)
    const [, second] = daemon.told
    expect(second?.note).toMatch(/^and 2 more alerts in 2 groups since 10:01 UTC \(service \w 1, \w 1\)$/)
    expect(namedBy(daemon)).toEqual(['a', 'b', 'c', 'd'])
    // What was folded counts as told.
    await daemon.wait(900)
    expect(daemon.told).toHaveLength(2)
  })

  it('hears after a restart of what waited, with no more than one message at once', async () => {
    const daemon = await fillUp()
    await daemon.restart()
    await daemon.wait(30)
    expect(daemon.told.map(({ note }) => note)).toEqual([undefined, undefined])
    await daemon.wait(900)
    expect(daemon.told).toHaveLength(3)
    expect(namedBy(daemon)).toEqual(['a', 'b', 'c', 'd'])
  })

  it('that is away gets each message once it is back, and none twice', async () => {
    const daemon = await startDispatchDaemon(SETTINGS, START)
    daemon.setAway(true)
    await daemon.fail('a')
    await daemon.wait(60)
    await daemon.fail('a', 'b', 'c')
    await daemon.wait(400)
    expect(daemon.told).toEqual([])
    daemon.setAway(false)
    await daemon.wait(900)
    expect(daemon.told).toHaveLength(2)
    expect(
      daemon.told.filter(({ note }) => note?.startsWith('and 1 more alert in 1 group since')),
    ).toHaveLength(1)
    expect(namedBy(daemon)).toEqual(['a', 'b', 'c'])
  })
})

/** The services that messages told of, or named among what was folded, each as often as that. */
function namedBy({ told }: DispatchDaemon): readonly string[] {
  const folded = told.flatMap(({ note = '' }) =>
    [...note.matchAll(/(\w) 1(?=[,)])/g)].map(([, name = '']) => name),
  )
  return [...told.map(({ said }) => said.slice(1)), ...folded].toSorted((a, b) => (a < b ? -1 : 1))
}
