import type { Store } from './store.js'
import { DEFAULT_LIMITS, type StoreLimits } from './store-limits.js'
import { createCore, type CoreOptions } from './tables/core.js'
import { createParts } from './tables/create-parts.js'
import { createTables } from './tables/tables.js'

export interface MemoryStoreOptions extends Pick<CoreOptions, 'onDropped'> {
  readonly limits?: Partial<StoreLimits> | undefined
}

/** A store that lives as long as its process: for the library, for rehearsals and for tests. */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const core = createCore({
    tables: createTables(),
    limits,
    persist: () => undefined,
    flush: () => {},
    onDropped: options.onDropped,
  })
  return {
    ...createParts(core),
    health: () => ({
      durable: false,
      degraded: undefined,
      setAside: undefined,
      unreadableRows: 0,
      dropped: { ...core.dropped },
    }),
    close: async () => core.close(),
  }
}
