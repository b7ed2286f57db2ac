import type { Store } from '../../src/store/store.js'
import type { StoreLimits } from '../../src/store/store-limits.js'

/** Opens an empty store with these limits. What it needs is let go when the test ends. */
export type OpenStore = (limits?: Partial<StoreLimits>) => Promise<StoreUnderTest>

export interface StoreUnderTest {
  readonly store: Store
  /** Closes the store and opens it again, as a restart does: where nothing lasts, the same one. */
  readonly reopen: () => Promise<Store>
}
