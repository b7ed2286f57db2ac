import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { alertOf, evaluationOf, T0 } from '../../../test/store-contract/samples.js'
import { CAN_MOUNT, mountSmallDisk, remountReadOnly } from '../../../test/store-contract/small-disk.js'
import { describeEachDriver } from '../../../test/store-contract/sqlite-drivers.js'
import { createTestClock } from '../../../test/test-clock.js'
import { SECOND_MS } from '../../model/time.js'
import { openSqliteStore } from './sqlite-store.js'

const KIB = 1024
const DISK_KIB = 512

describeEachDriver((driver) => {
  const open = async (folder: string) => {
    const clock = createTestClock(T0)
    const store = await openSqliteStore({ folder, clock, driver })
    onTestFinished(() => store.close())
    return { clock, store }
  }

  describe.skipIf(!CAN_MOUNT)('a real disk', () => {
    it('that is full is done without, and caught up with when there is room again', async () => {
      const folder = await mountSmallDisk(DISK_KIB)
      const { store, clock } = await open(folder)
      await store.commit(evaluationOf({ alerts: [alertOf('before')] }))
      fillUp(folder)
      const large = alertOf('during', { annotations: new Map([['text', 'x'.repeat(100 * KIB)]]) })
      await store.commit(evaluationOf({ alerts: [large] }))
      await store.commit(evaluationOf({ alerts: [alertOf('after')] }))
      expect(store.health()).toMatchObject({ durable: false, degraded: { unsaved: 2 } })
      await clock.advance(SECOND_MS)
      expect(store.health().durable).toBe(false)
      rmSync(join(folder, 'filler'))
      await clock.advance(2 * SECOND_MS)
      expect(store.health().durable).toBe(true)
      await store.close()
      expect(await (await open(folder)).store.loadActive()).toEqual([
        alertOf('before'),
        large,
        alertOf('after'),
      ])
    })

    it('that is full already lets a new store begin, and an old one be read', async () => {
      const folder = await mountSmallDisk(DISK_KIB)
      fillUp(folder)
      const { store, clock } = await open(folder)
      expect(store.health().durable).toBe(false)
      await store.commit(evaluationOf({ alerts: [alertOf('a')] }))
      rmSync(join(folder, 'filler'))
      await clock.advance(SECOND_MS)
      expect(store.health().durable).toBe(true)
      await store.close()
      fillUp(folder)
      const again = (await open(folder)).store
      expect(await again.loadActive()).toEqual([alertOf('a')])
      await again.commit(evaluationOf({ alerts: [alertOf('b')] }))
      expect(await again.loadActive()).toEqual([alertOf('a'), alertOf('b')])
    })

    it('that cannot be written is refused by name, and what is on it left as it is', async () => {
      const folder = await mountSmallDisk(DISK_KIB)
      const { store } = await open(folder)
      await store.commit(evaluationOf({ alerts: [alertOf('a')] }))
      await store.close()
      remountReadOnly(folder)
      const refusal = { kind: 'read-only', message: `the data directory ${folder} cannot be written: EROFS` }
      await expect(open(folder)).rejects.toMatchObject(refusal)
    })
  })
})

/** Leaves no room at all. */
function fillUp(folder: string): void {
  const file = join(folder, 'filler')
  for (const chunk of [64 * KIB, 4 * KIB, 1]) {
    try {
      for (;;) writeFileSync(file, Buffer.alloc(chunk), { flag: 'a' })
    } catch {
      // There is no room for one more of this size.
    }
  }
}
