import { rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createFaultyDriver, type FaultyDriver } from '../../../test/store-contract/faulty-driver.js'
import {
  alertOf,
  evaluationOf,
  groupOf,
  messageOf,
  silenceOf,
  T0,
} from '../../../test/store-contract/samples.js'
import { describeEachDriver, makeDataFolder } from '../../../test/store-contract/sqlite-drivers.js'
import { createTestClock, type TestClock } from '../../../test/test-clock.js'
import { MINUTE_MS, SECOND_MS } from '../../model/time.js'
import type { Store } from '../store.js'
import { openSqliteStore } from './sqlite-store.js'

interface Opened {
  readonly store: Store
  readonly folder: string
  readonly driver: FaultyDriver
  readonly clock: TestClock
  /** What people were told of the disk. */
  readonly said: readonly string[]
  readonly reopen: () => Promise<Store>
}

const FULL = { how: 'refuse', kind: 'full' } as const

describeEachDriver((plainDriver) => {
  async function open(fault?: FaultyDriver['fault']): Promise<Opened> {
    const folder = await makeDataFolder()
    const driver = createFaultyDriver(plainDriver)
    driver.fault = fault
    const clock = createTestClock(T0)
    const said: string[] = []
    const stores: Store[] = []
    onTestFinished(async () => void (await Promise.all(stores.map((store) => store.close()))))
    const openOne = async (): Promise<Store> => {
      const store = await openSqliteStore({
        folder,
        driver,
        clock,
        onDegraded: (error) => said.push(`degraded: ${error}`),
        onStillDegraded: (_, retryAt) => said.push(`again in ${retryAt - clock.now()}`),
        onRecovered: (rows) => said.push(`recovered ${rows}`),
        onSetAside: () => said.push('set aside'),
      })
      stores.push(store)
      return store
    }
    const store = await openOne()
    const reopen = async () => (await store.close(), openOne())
    return { store, folder, driver, clock, said, reopen }
  }

  describe('a disk that fails while the store is open', () => {
    it.each(['full', 'io', 'read-only', 'busy', 'other'] as const)(
      'leaves it in memory: %s',
      async (kind) => {
        const { store, driver } = await open()
        await store.commit(evaluationOf({ alerts: [alertOf('a')] }))
        driver.fault = { how: 'refuse', kind }
        await store.commit(evaluationOf({ alerts: [alertOf('b')], outbox: [messageOf('m')] }))
        expect(await store.loadActive()).toEqual([alertOf('a'), alertOf('b')])
        expect(await store.waiting()).toBe(1)
        expect(store.health()).toMatchObject({
          durable: false,
          degraded: { since: T0, error: `the disk was made to fail: ${kind}`, unsaved: 2 },
        })
      },
    )

    it('is written to once it takes it again, with all that came and went meanwhile', async () => {
      const { store, driver, clock, reopen, said } = await open()
      await store.saveSilences([silenceOf('before')])
      await store.dispatch(groupOf({ outbox: [messageOf('m')] }))
      driver.fault = FULL
      await store.saveSilences([silenceOf('during'), silenceOf('before', { comment: 'changed' })])
      const [entry] = await store.due(T0, 1, [])
      await store.delivered(entry?.id ?? 0, T0)
      driver.fault = undefined
      await clock.advance(SECOND_MS)
      expect(store.health()).toMatchObject({ durable: true, degraded: undefined })
      const again = await reopen()
      const silences = [silenceOf('before', { comment: 'changed' }), silenceOf('during')]
      expect(await again.loadSilences()).toEqual(silences)
      expect(await again.outboxSize()).toMatchObject({ waiting: 0, delivered: 1 })
      expect(said).toEqual(['degraded: the disk was made to fail: full', 'recovered 3'])
    })

    it('is asked ever less often, up to once a minute', async () => {
      const { store, driver, clock, said } = await open()
      driver.fault = FULL
      await store.commit(evaluationOf({ alerts: [alertOf('a')] }))
      const before = driver.opened
      await clock.advance(63 * SECOND_MS)
      expect(driver.opened - before).toBe(6)
      await clock.advance(10 * MINUTE_MS)
      expect(driver.opened - before).toBe(16)
      const pauses = [2, 4, 8, 16, 32, 60, 60].map((seconds) => `again in ${seconds * SECOND_MS}`)
      expect(said.slice(1, 8)).toEqual(pauses)
    })

    it('takes a commit of which nobody knew whether it had happened', async () => {
      const { store, driver, clock, reopen } = await open()
      driver.fault = { how: 'forget', kind: 'io' }
      await store.dispatch(groupOf({ outbox: [messageOf('m')] }))
      driver.fault = undefined
      expect(await store.dispatch(groupOf({ outbox: [messageOf('m')] }))).toEqual({
        added: 0,
        repeated: 1,
        refused: [],
      })
      await clock.advance(SECOND_MS)
      expect(await (await reopen()).outboxSize()).toMatchObject({ waiting: 1 })
    })

    it('is caught up with when the store is closed, without a wait', async () => {
      const { store, driver, clock, reopen } = await open()
      driver.fault = FULL
      await store.commit(evaluationOf({ alerts: [alertOf('a')] }))
      driver.fault = undefined
      expect(await (await reopen()).loadActive()).toEqual([alertOf('a')])
      await store.close()
      // The lock of the store that is open now.
      expect(clock.sleeping).toBe(1)
    })

    it('that never comes back does not keep the store from closing, and is told of', async () => {
      const { store, driver, clock } = await open()
      driver.fault = { how: 'gone', kind: 'io' }
      await store.commit(evaluationOf({ alerts: [alertOf('a')] }))
      await clock.advance(3 * SECOND_MS)
      await store.close()
      expect(store.health().degraded?.unsaved).toBe(1)
      expect(clock.sleeping).toBe(0)
    })

    it('that lost the file gets all of it anew', async () => {
      const { store, folder, clock, reopen, said } = await open()
      await store.commit(evaluationOf({ alerts: [alertOf('a')] }))
      for (const suffix of ['', '-wal', '-shm'])
        rmSync(join(folder, `tracebell.db${suffix}`), { force: true })
      await store.sweep(T0)
      expect(store.health().degraded?.error).toContain('tracebell.db is gone')
      await store.commit(evaluationOf({ alerts: [alertOf('b')] }))
      await clock.advance(SECOND_MS)
      expect(said.at(-1)).toMatch('recovered')
      expect(await (await reopen()).loadActive()).toEqual([alertOf('a'), alertOf('b')])
    })

    it('that damaged the file has it put aside, and gets all of it anew', async () => {
      const { store, folder, driver, clock, reopen, said } = await open()
      await store.commit(evaluationOf({ alerts: [alertOf('a')] }))
      driver.fault = { how: 'refuse', kind: 'corrupt' }
      await store.commit(evaluationOf({ alerts: [alertOf('b')] }))
      driver.fault = undefined
      await writeFile(join(folder, 'tracebell.db'), 'x'.repeat(8192))
      await clock.advance(SECOND_MS)
      expect(said).toContain('set aside')
      expect(store.health()).toMatchObject({ durable: true })
      expect(store.health().setAside).toContain('tracebell.db.corrupt-2026-11-24T08-44-01.000Z')
      expect(await (await reopen()).loadActive()).toEqual([alertOf('a'), alertOf('b')])
    })
  })

  describe('a disk that fails when the store is opened', () => {
    it('lets a new store begin in memory where it is full', async () => {
      const { store, driver, clock, reopen } = await open(FULL)
      expect(store.health()).toMatchObject({ durable: false, degraded: { unsaved: 0 } })
      await store.commit(evaluationOf({ alerts: [alertOf('a')] }))
      driver.fault = undefined
      await clock.advance(SECOND_MS)
      expect(store.health().durable).toBe(true)
      expect(await (await reopen()).loadActive()).toEqual([alertOf('a')])
    })

    it('refuses a store that would have to be read first', async () => {
      const { store, driver, folder, clock } = await open()
      await store.commit(evaluationOf({ alerts: [alertOf('a')] }))
      await store.close()
      driver.fault = { how: 'gone', kind: 'io' }
      await expect(openSqliteStore({ folder, driver, clock })).rejects.toMatchObject({ kind: 'unusable' })
      driver.fault = undefined
      const again = await openSqliteStore({ folder, driver, clock })
      expect(await again.loadActive()).toEqual([alertOf('a')])
      await again.close()
    })
  })
})
