import { describe, expect, it, onTestFinished } from 'vitest'
import { groupOf, messageOf, noticeOf, T0 } from '../../../test/store-contract/samples.js'
import { describeEachDriver, makeDataFolder } from '../../../test/store-contract/sqlite-drivers.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { Store } from '../store.js'
import type { SqliteDriver } from './database.js'
import { openSqliteStore } from './sqlite-store.js'

/** Tells of each commit as it happens. */
function watchCommits(driver: SqliteDriver, onCommit: () => void): SqliteDriver {
  return {
    ...driver,
    open: (path) => {
      const database = driver.open(path)
      return {
        ...database,
        exec: (sql) => {
          database.exec(sql)
          if (sql === 'COMMIT') onCommit()
        },
      }
    },
  }
}

describeEachDriver((plain) => {
  async function open(): Promise<{ store: Store; commits: () => number; reopen: () => Promise<Store> }> {
    let commits = 0
    const folder = await makeDataFolder()
    const driver = watchCommits(plain, () => (commits += 1))
    const openOne = async (): Promise<Store> => {
      const opened = await openSqliteStore({ folder, driver, clock: createTestClock(T0) })
      onTestFinished(() => opened.close())
      commits = 0
      return opened
    }
    const store = await openOne()
    return { store, commits: () => commits, reopen: async () => (await store.close(), openOne()) }
  }

  const flush = (key: string) => groupOf({ outbox: [messageOf(key)], notices: [noticeOf(key)] })
  const KEYS = Array.from({ length: 50 }, (_, index) => `group ${index}`)

  describe('transactions of one turn of the event loop', () => {
    it('wait for the disk together, each until it is kept', async () => {
      const { store, commits, reopen } = await open()
      const kept = KEYS.map(async (key) => {
        await store.dispatch(flush(key))
        return commits()
      })
      expect(await store.waiting()).toBe(KEYS.length)
      expect(commits()).toBe(0)
      expect(await Promise.all(kept)).toEqual(KEYS.map(() => 1))
      expect(await (await reopen()).waiting()).toBe(KEYS.length)
    })

    it('see each other before they are kept', async () => {
      const { store } = await open()
      const twice = await Promise.all([store.dispatch(flush('a')), store.dispatch(flush('a'))])
      expect(twice).toEqual([
        { added: 1, repeated: 0, refused: [] },
        { added: 0, repeated: 1, refused: [] },
      ])
    })

    it('are kept before anything of them leaves', async () => {
      const { store, commits } = await open()
      const kept = store.dispatch(flush('a'))
      expect(await store.due(T0, 10, [])).toHaveLength(1)
      expect(commits()).toBe(1)
      await kept
      expect(commits()).toBe(1)
    })

    it('are kept where the store is closed at once', async () => {
      const { store, reopen } = await open()
      const kept = store.dispatch(flush('a'))
      const again = await reopen()
      await kept
      expect(await again.waiting()).toBe(1)
    })
  })
})
