import type { Clock } from './model/clock.js'
import { createMemoryStore } from './store/memory-store.js'
import { openSqliteStore } from './store/sqlite/sqlite-store.js'
import type { Store } from './store/store.js'
import type { Logger } from './telemetry/logger.js'
import type { Metrics } from './telemetry/metrics.js'

export interface OpenStoreOptions {
  /** The data directory; undefined where nothing is kept over a restart. */
  readonly folder: string | undefined
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Pick<Metrics, 'storeDropped' | 'storeDegraded'>
}

const LOST =
  'Lost are silences, waiting messages and what was told: set the silences again, and close the incidents by hand that are open at receivers and whose alerts do not come again'
const LOST_OF_LATE =
  'What was done since is lost: look through the silences, and for incidents at receivers that nobody closes'

/** Opens the store, and logs how it is. Rejects with a `StoreError` where the data directory cannot be used. */
export async function openStore({ folder, clock, logger, metrics }: OpenStoreOptions): Promise<Store> {
  const onDropped = (kind: string, count: number): void => metrics.storeDropped.inc({ kind }, count)
  if (folder === undefined) return createMemoryStore({ onDropped })
  const store = await openSqliteStore({
    folder,
    clock,
    onDropped,
    onSetAside: (path, error) =>
      logger.error(`The state could not be read: it was put aside, and a new one is begun. ${LOST}`, {
        path,
        error,
      }),
    onLogDamaged: (path, error) =>
      logger.error(
        `What was saved last could not be read: what was saved before is gone on with. ${LOST_OF_LATE}`,
        {
          copy: path ?? 'none, as there was no room for it',
          error,
        },
      ),
    onDegraded: (error) => {
      metrics.storeDegraded.set(1)
      logger.error('The state cannot be saved: alerting goes on from memory', { error, folder })
    },
    onStillDegraded: (error, retryAt) =>
      logger.warn('The state still cannot be saved', { error, retry_in_ms: retryAt - clock.now() }),
    onRecovered: (rows) => {
      metrics.storeDegraded.set(0)
      logger.info('The state is saved again', { rows })
    },
    onWaitForLock: (holder, until) =>
      logger.info('Waiting to see whether another process still uses the data directory', {
        holder,
        for_ms: until - clock.now(),
      }),
  })
  const { unreadableRows: rows } = store.health()
  if (rows > 0)
    logger.error('Rows of the state could not be understood: they are left in the file', { rows, folder })
  return store
}
