import type { StoreHealth } from '../../store/store.js'

export interface StatusOptions {
  readonly storeHealth: () => StoreHealth
}

/** How the store is, as JSON has it. */
export function describeStatus({ storeHealth }: StatusOptions): object {
  const { durable, degraded, setAside, unreadableRows, dropped } = storeHealth()
  return {
    store: {
      durable,
      degraded:
        degraded === undefined ? null : { ...degraded, since: new Date(degraded.since).toISOString() },
      setAside: setAside ?? null,
      unreadableRows,
      dropped,
    },
  }
}
