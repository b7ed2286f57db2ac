import { onTestFinished } from 'vitest'
import { describeEachDriver, makeDataFolder } from '../../../test/store-contract/sqlite-drivers.js'
import { describeStore } from '../../../test/store-contract/store.js'
import { createTestClock } from '../../../test/test-clock.js'
import type { Store } from '../store.js'
import { openSqliteStore } from './sqlite-store.js'

describeEachDriver((driver) =>
  describeStore('openSqliteStore', async (limits) => {
    const folder = await makeDataFolder()
    const opened: Store[] = []
    const open = async (): Promise<Store> => {
      const store = await openSqliteStore({ folder, clock: createTestClock(), limits, driver })
      opened.push(store)
      return store
    }
    onTestFinished(async () => void (await Promise.all(opened.map((store) => store.close()))))
    const store = await open()
    return { store, reopen: async () => (await store.close(), open()) }
  }),
)
