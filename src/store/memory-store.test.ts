import { describeStore } from '../../test/store-contract/store.js'
import { createMemoryStore } from './memory-store.js'

describeStore('createMemoryStore', async (limits) => {
  const store = createMemoryStore({ limits })
  return { store, reopen: async () => store }
})
