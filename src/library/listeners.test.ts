import { describe, expect, it } from 'vitest'
import { createTestClock } from '../../test/test-clock.js'
import { createListeners } from './listeners.js'
import { MINUTE_MS } from '../model/time.js'
import type { LogFields } from '../telemetry/logger.js'

interface Events {
  readonly found: [count: number]
  readonly lost: [reason: string]
}

function setUp() {
  const clock = createTestClock()
  const warnings: (LogFields | undefined)[] = []
  let setBackMs = 0
  const listeners = createListeners<Events>({
    clock: { now: () => clock.now() - setBackMs },
    warn: (_, fields) => void warnings.push(fields),
  })
  return { clock, listeners, warnings, setBack: (ms: number) => void (setBackMs += ms) }
}

function throwFault(): never {
  throw new Error('a fault of the host')
}

async function rejectFault(): Promise<void> {
  await Promise.reject(new Error('a late fault'))
}

describe('createListeners', () => {
  it('tells those of an event, in order, until they are taken out', () => {
    const { listeners } = setUp()
    const told: unknown[] = []
    const first = (count: number): void => void told.push(['first', count])
    listeners.add('found', first)
    listeners.add('found', (count) => told.push(['second', count]))
    listeners.add('lost', (reason) => told.push(reason))
    listeners.tell('found', 1)
    listeners.remove('found', first)
    listeners.remove('found', first)
    listeners.tell('found', 2)
    listeners.tell('lost', 'why')
    expect(told).toEqual([['first', 1], ['second', 1], ['second', 2], 'why'])
  })

  it('tells one that was added twice two times, and takes it out once', () => {
    const { listeners } = setUp()
    const told: number[] = []
    const note = (count: number): void => void told.push(count)
    listeners.add('found', note)
    listeners.add('found', note)
    listeners.tell('found', 1)
    listeners.remove('found', note)
    listeners.tell('found', 2)
    expect(told).toEqual([1, 1, 2])
  })

  it.each<[string, () => unknown, string]>([
    ['throws', throwFault, 'Error: a fault of the host'],
    ['rejects', rejectFault, 'Error: a late fault'],
    [
      'throws what cannot be shown',
      () => {
        throw Object.create(null)
      },
      'something that cannot be shown as text',
    ],
    [
      'returns what looks like a promise and throws',
      // oxlint-disable-next-line unicorn/no-thenable -- this is what is tested
      () => ({ then: throwFault }),
      'Error: a fault of the host',
    ],
  ])('tells the others where one %s, and warns', async (_, listener, error) => {
    const { listeners, warnings, clock } = setUp()
    const told: number[] = []
    listeners.add('found', listener)
    listeners.add('found', (count) => told.push(count))
    listeners.tell('found', 7)
    expect(told).toEqual([7])
    await clock.advance(0)
    expect(warnings).toEqual([{ event: 'found', error, failures_not_logged: undefined }])
  })

  it('warns once a minute, and says how many faults were left out', async () => {
    const { listeners, warnings, clock } = setUp()
    listeners.add('found', throwFault)
    for (let count = 0; count < 200; count += 1) listeners.tell('found', count)
    await clock.advance(MINUTE_MS - 1)
    listeners.tell('found', 200)
    await clock.advance(1)
    listeners.tell('found', 201)
    expect(warnings.map((fields) => fields?.['failures_not_logged'])).toEqual([undefined, 200])
  })

  it('warns again where the clock was set back', () => {
    const { listeners, warnings, setBack } = setUp()
    listeners.add('found', throwFault)
    listeners.tell('found', 1)
    setBack(60 * MINUTE_MS)
    listeners.tell('found', 2)
    expect(warnings).toHaveLength(2)
  })
})
