import { describe, expect, it } from 'vitest'
import type { Notifier } from './notify/notifier.js'
import type { Receivers } from './notify/receivers.js'
import { createReceiversInUse } from './receivers-in-use.js'

/** Receivers of one target, which is delivered to when it is told so, and what has happened to them. */
function createReceivers() {
  const closed: string[] = []
  let answer = (): void => {}
  const promise = new Promise<void>((resolve) => (answer = resolve))
  const notifier: Notifier = {
    lane: 'alerts',
    sendResolved: true,
    encode: () => MESSAGE,
    deliver: () => promise,
    close: async () => {},
  }
  const receivers: Receivers = {
    integrations: [],
    notifiers: {
      get: (target, address = 'here') =>
        target === 'a/webhook[0]' && address === 'here' ? notifier : undefined,
    },
    of: () => [],
    encode: () => [],
    close: async () => void closed.push('closed'),
  }
  return { receivers, closed, answer: () => answer() }
}

const DELIVERY = { idempotencyKey: 'k', attempt: 1, signal: new AbortController().signal }
const MESSAGE = { contentType: '', body: '', facts: {}, leftOut: 0 }
const settled = (): Promise<void> => new Promise(setImmediate)

describe('receivers that are replaced', () => {
  it('are let go when nothing is on its way through them, and told nothing more', async () => {
    const [before, after] = [createReceivers(), createReceivers()]
    const inUse = createReceiversInUse(before.receivers)
    const delivery = inUse.notifiers.get('a/webhook[0]')?.deliver(MESSAGE, DELIVERY)
    inUse.replace(after.receivers)
    expect(inUse.now()).toBe(after.receivers)
    await settled()
    expect(before.closed).toEqual([])
    before.answer()
    await delivery
    await settled()
    expect(before.closed).toEqual(['closed'])
    await inUse.close()
    expect([before.closed, after.closed]).toEqual([['closed'], ['closed']])
  })

  it('are let go at once when all are', async () => {
    const [before, after] = [createReceivers(), createReceivers()]
    const inUse = createReceiversInUse(before.receivers)
    void inUse.notifiers.get('a/webhook[0]')?.deliver(MESSAGE, DELIVERY)
    inUse.replace(after.receivers)
    await inUse.close()
    before.answer()
    await settled()
    expect([before.closed, after.closed]).toEqual([['closed'], ['closed']])
  })

  it('have no notifier for who is not there', () => {
    const { notifiers } = createReceiversInUse(createReceivers().receivers)
    expect(notifiers.get('b/slack[0]')).toBeUndefined()
    expect(notifiers.get('a/webhook[0]', 'there')).toBeUndefined()
    expect(notifiers.get('a/webhook[0]', 'here')).toBeDefined()
  })
})
