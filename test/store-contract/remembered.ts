import { describe, expect, it } from 'vitest'
import type { ToldTrace } from '../../src/store/rule-store.js'
import type { OpenStore } from './open-store.js'
import { evaluationOf, HARD_TEXT, silenceOf, T0 } from './samples.js'

const told = (traceId: string, expiresAt = T0 + 10, rule = 'rule'): ToldTrace => ({
  rule,
  traceId,
  expiresAt,
})

export function describeTold(name: string, open: OpenStore): void {
  describe(`${name}, as a memory of what was told`, () => {
    it('remembers traces of each rule until they expire, after a restart too', async () => {
      const { store, reopen } = await open()
      await store.commit(
        evaluationOf({ told: [told('a', T0 + 20), told('b'), told('a', T0 + 15, HARD_TEXT)] }),
      )
      const again = await reopen()
      const all = [told('b'), told('a', T0 + 15, HARD_TEXT), told('a', T0 + 20)]
      expect(await again.loadTold(T0 + 10)).toEqual(all)
      expect(await again.loadTold(T0 + 11)).toEqual(all.slice(1))
    })

    it('remembers for longer, never shorter', async () => {
      const { store } = await open()
      for (const expiresAt of [10, 30, 20]) await store.commit(evaluationOf({ told: [told('a', expiresAt)] }))
      expect(await store.loadTold(0)).toEqual([told('a', 30)])
    })

    it('forgets those told longest ago where they are too many, and counts them', async () => {
      const { store } = await open({ toldTraces: 2 })
      for (const id of ['a', 'b', 'c']) await store.commit(evaluationOf({ told: [told(id)] }))
      expect(await store.loadTold(T0)).toEqual([told('b'), told('c')])
      expect(store.health().dropped.told).toBe(1)
    })

    it('lets go of what has expired', async () => {
      const { store } = await open({ toldTraces: 2 })
      await store.commit(evaluationOf({ told: [told('a'), told('b', T0 + 50)] }))
      await store.sweep(T0 + 11)
      await store.commit(evaluationOf({ told: [told('c', T0 + 50)] }))
      expect(await store.loadTold(T0)).toEqual([told('b', T0 + 50), told('c', T0 + 50)])
      expect(store.health().dropped.told).toBe(0)
    })
  })
}

export function describeSilenceStore(name: string, open: OpenStore): void {
  describe(`${name}, as a store of silences`, () => {
    it('gives back what it keeps, each as it was saved last', async () => {
      const { store, reopen } = await open()
      await store.saveSilences([silenceOf('a'), silenceOf(HARD_TEXT)])
      await store.saveSilences([silenceOf('a', { endsAt: T0 + 1 }), silenceOf('c')])
      const ids = [silenceOf('a', { endsAt: T0 + 1 }), silenceOf(HARD_TEXT), silenceOf('c')]
      expect(await (await reopen()).loadSilences()).toEqual(ids)
    })

    it('keeps an ended silence for a while', async () => {
      const { store } = await open({ silenceMs: 100 })
      await store.saveSilences([silenceOf('a', { endsAt: T0 })])
      await store.sweep(T0 + 100)
      expect(await store.loadSilences()).toHaveLength(1)
      await store.sweep(T0 + 101)
      expect(await store.loadSilences()).toEqual([])
    })

    it('keeps nothing of what is too many, but still changes those that it has', async () => {
      const { store } = await open({ silences: 2 })
      await store.saveSilences([silenceOf('a'), silenceOf('b')])
      const ended = silenceOf('a', { endsAt: T0 })
      await expect(store.saveSilences([ended, silenceOf('c')])).rejects.toMatchObject({ kind: 'full' })
      expect(await store.loadSilences()).toEqual([silenceOf('a'), silenceOf('b')])
      await store.saveSilences([ended])
      expect(await store.loadSilences()).toEqual([ended, silenceOf('b')])
    })
  })
}

export function describeSnapshotStore(name: string, open: OpenStore): void {
  describe(`${name}, as a store of snapshots`, () => {
    it('gives back what it keeps, as it was when it was saved', async () => {
      const { store, reopen } = await open()
      const bytes = Uint8Array.of(0, 255, 1)
      await store.saveSnapshot({ name: HARD_TEXT, at: T0, bytes })
      bytes[0] = 9
      const again = await reopen()
      const found = await again.loadSnapshot(HARD_TEXT)
      expect(found).toEqual({ name: HARD_TEXT, at: T0, bytes: Uint8Array.of(0, 255, 1) })
      found?.bytes.fill(7)
      expect((await again.loadSnapshot(HARD_TEXT))?.bytes).toEqual(Uint8Array.of(0, 255, 1))
      expect(await again.loadSnapshot('another')).toBeUndefined()
    })

    it('replaces and removes by name', async () => {
      const { store, reopen } = await open()
      await store.saveSnapshot({ name: 'a', at: T0, bytes: Uint8Array.of(1) })
      await store.saveSnapshot({ name: 'a', at: T0 + 1, bytes: new Uint8Array() })
      await store.saveSnapshot({ name: 'b', at: T0, bytes: Uint8Array.of(1) })
      await store.removeSnapshot('b')
      await store.removeSnapshot('c')
      const again = await reopen()
      expect(await again.loadSnapshot('a')).toEqual({ name: 'a', at: T0 + 1, bytes: new Uint8Array() })
      expect(await again.loadSnapshot('b')).toBeUndefined()
    })

    it.each([{ snapshotBytes: 2 }, { snapshots: 0 }])('refuses what is too large: %j', async (limits) => {
      const { store } = await open(limits)
      const snapshot = { name: 'a', at: T0, bytes: new Uint8Array(3) }
      await expect(store.saveSnapshot(snapshot)).rejects.toMatchObject({ kind: 'full' })
      expect(await store.loadSnapshot('a')).toBeUndefined()
    })
  })
}
