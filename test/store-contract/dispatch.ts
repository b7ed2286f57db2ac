import { describe, expect, it } from 'vitest'
import type { OpenStore } from './open-store.js'
import { alertOf, evaluationOf, groupOf, HARD_TEXT, messageOf, noticeOf, T0 } from './samples.js'

export function describeDispatchStore(name: string, open: OpenStore): void {
  describe(`${name}, as a store for dispatch`, () => {
    it('has the alerts that an evaluation told of, as they were told of last, after a restart too', async () => {
      const { store, reopen } = await open()
      const resolved = alertOf('a', { status: 'resolved', endsAt: T0 + 5, value: Number.NaN })
      await store.commit(evaluationOf({ alerts: [alertOf('a'), alertOf('b')] }))
      await store.commit(evaluationOf({ alerts: [resolved] }))
      expect(await (await reopen()).loadActive()).toEqual([resolved, alertOf('b')])
    })

    it('lets go of ended alerts with the flush that told of them', async () => {
      const { store, reopen } = await open()
      const resolved = alertOf('a', { status: 'resolved', endsAt: T0 + 5 })
      await store.commit(evaluationOf({ alerts: [resolved, alertOf('b')] }))
      await store.dispatch(groupOf({ outbox: [messageOf('m')], ended: [resolved] }))
      const again = await reopen()
      expect(await again.loadActive()).toEqual([alertOf('b')])
      expect(await again.waiting()).toBe(1)
    })

    it.each([
      ['fires again', alertOf('a', { startsAt: T0 + 9 })],
      ['ended once more', alertOf('a', { status: 'resolved', endsAt: T0 + 9 })],
    ])('keeps an alert that %s since', async (_, newer) => {
      const { store } = await open()
      const resolved = alertOf('a', { status: 'resolved', endsAt: T0 + 5 })
      await store.commit(evaluationOf({ alerts: [newer] }))
      await store.dispatch(groupOf({ ended: [resolved, alertOf('not there', { status: 'resolved' })] }))
      expect(await store.loadActive()).toEqual([newer])
    })

    it('lets go of an alert that ended as nobody said that it goes on', async () => {
      const { store } = await open()
      await store.commit(
        evaluationOf({ alerts: [alertOf('a', { endsAt: T0 + 5 }), alertOf('b', { endsAt: T0 + 6 })] }),
      )
      const ended = ['a', 'b'].map((label) => alertOf(label, { status: 'resolved', endsAt: T0 + 5 }))
      await store.dispatch(groupOf({ ended }))
      expect(await store.loadActive()).toEqual([alertOf('b', { endsAt: T0 + 6 })])
    })

    it('keeps no more alerts than it may, and counts the others', async () => {
      const { store } = await open({ activeAlerts: 1 })
      await store.commit(evaluationOf({ alerts: [alertOf('a'), alertOf('b')] }))
      await store.commit(evaluationOf({ alerts: [alertOf('a', { value: 1 })] }))
      expect(await store.loadActive()).toEqual([alertOf('a', { value: 1 })])
      expect(store.health().dropped.active).toBe(1)
    })

    it('finds what was noted last, until it expires', async () => {
      const { store, reopen } = await open()
      const [first, second] = [noticeOf(HARD_TEXT), noticeOf(HARD_TEXT, { firing: [], resolved: ['00aa'] })]
      await store.dispatch(groupOf({ notices: [first, noticeOf('other')] }))
      await store.dispatch(groupOf({ notices: [second] }))
      const again = await reopen()
      expect(await again.findNotice(HARD_TEXT, 'oncall', T0 + 1000)).toEqual(second)
      expect(await again.findNotice(HARD_TEXT, 'oncall', T0 + 1001)).toBeUndefined()
      expect(await again.findNotice(HARD_TEXT, 'others', T0)).toBeUndefined()
    })

    it('forgets notices that have expired, and the oldest where there are too many', async () => {
      const { store } = await open({ notices: 2 })
      await store.dispatch(groupOf({ notices: ['a', 'b', 'c'].map((key) => noticeOf(key)) }))
      await store.dispatch(groupOf({ notices: [noticeOf('d', { expiresAt: T0 + 5000 })] }))
      expect(store.health().dropped.notices).toBeGreaterThan(0)
      expect(await store.findNotice('d', 'oncall', T0)).toBeDefined()
      await store.sweep(T0 + 1001)
      expect(await store.findNotice('c', 'oncall', T0)).toBeUndefined()
      expect(await store.findNotice('d', 'oncall', T0)).toBeDefined()
    })
  })
}
