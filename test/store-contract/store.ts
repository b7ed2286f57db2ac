import { describe, expect, it } from 'vitest'
import { describeRuleStore } from '../rule-store-contract.js'
import { describeDispatchStore } from './dispatch.js'
import type { OpenStore } from './open-store.js'
import { describeOutbox } from './outbox.js'
import { describeSilenceStore, describeSnapshotStore, describeTold } from './remembered.js'
import { alertOf, evaluationOf, T0 } from './samples.js'

/** What every store must keep. */
export function describeStore(name: string, open: OpenStore): void {
  describeRuleStore(name, async () => (await open()).store)
  describeTold(name, open)
  describeDispatchStore(name, open)
  describeOutbox(name, open)
  describeSilenceStore(name, open)
  describeSnapshotStore(name, open)

  describe(`${name}, as a whole`, () => {
    it('keeps nothing of an evaluation that cannot be kept as a whole', async () => {
      const { store, reopen } = await open()
      const broken = {
        ...alertOf('b'),
        get labels(): never {
          throw new Error('no labels')
        },
      }
      await expect(store.commit(evaluationOf({ alerts: [alertOf('a'), broken] }))).rejects.toThrow(
        'no labels',
      )
      expect(await store.loadActive()).toEqual([])
      expect(await (await reopen()).loadActive()).toEqual([])
    })

    it('rejects what is asked for once it is closed, which may be twice', async () => {
      const { store } = await open()
      await store.close()
      await store.close()
      const calls = [
        store.loadAlerts(),
        store.commit(evaluationOf({})),
        store.due(T0, 1, []),
        store.sweep(T0),
      ]
      for (const call of calls) await expect(call).rejects.toMatchObject({ kind: 'closed' })
      expect(store.health().degraded).toBeUndefined()
    })
  })
}
