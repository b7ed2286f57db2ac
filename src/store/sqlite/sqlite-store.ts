import type { Clock } from '../../model/clock.js'
import type { Store } from '../store.js'
import { StoreError, type StoreErrorKind } from '../store-error.js'
import { DEFAULT_LIMITS, type StoreLimits } from '../store-limits.js'
import { createCore, type Core, type CoreOptions } from '../tables/core.js'
import { createParts } from '../tables/create-parts.js'
import { openDataDirectory, type DataFiles } from './data-directory.js'
import { SqliteFault, type SqliteDriver, type SqliteFaultKind } from './database.js'
import { openDisk, type Disk, type DiskWatcher } from './disk.js'
import { findDriver } from './find-driver.js'
import { takeLock, type Lock, type LockOptions } from './lock-file.js'

export interface SqliteStoreOptions extends DiskWatcher, Pick<CoreOptions, 'onDropped'> {
  /** The data directory; made where there is none. Its file is `tracebell.db`. */
  readonly folder: string
  readonly clock: Clock
  readonly limits?: Partial<StoreLimits> | undefined
  /** The way to SQLite; by default Node's own, or WebAssembly where it has none. */
  readonly driver?: SqliteDriver | undefined
  readonly onWaitForLock?: LockOptions['onWait']
}

/**
 * A store in a file of SQLite. All of it is held in memory too: reading costs nothing, and a disk that fails later stops
 * nobody. What is committed then is in memory only, until the disk recovers, and the health of the store says so. Rejects
 * with a `StoreError` where the file is not to be had; a damaged one is put aside and a new one begun.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const files = openDataDirectory(options.folder)
  const lock = await lockFolder(files, options)
  try {
    const driver = options.driver ?? findDriver()
    const disk = openDisk({ ...options, path: files.database, driver })
    return toStore(disk, lock, options)
  } catch (error) {
    lock.release()
    throw toStoreError(files.database, error)
  }
}

async function lockFolder({ lock }: DataFiles, options: SqliteStoreOptions): Promise<Lock> {
  try {
    return await takeLock({ path: lock, clock: options.clock, onWait: options.onWaitForLock })
  } catch (error) {
    throw toStoreError(lock, error)
  }
}

function toStore(disk: Disk, lock: Lock, { limits, onDropped }: SqliteStoreOptions): Store {
  const core = createCore({
    tables: disk.found.tables,
    limits: { ...DEFAULT_LIMITS, ...limits },
    persist: (changes) => disk.persist(changes),
    flush: () => disk.flush(),
    onDropped,
  })
  const parts = createParts(core)
  let closed: Promise<void> | undefined
  return {
    ...parts,
    async sweep(at) {
      disk.check()
      await parts.sweep(at)
    },
    health: () => ({
      ...disk.health(),
      unreadableRows: disk.found.unreadable,
      dropped: { ...core.dropped },
    }),
    close: () => (closed ??= close(core, disk, lock)),
  }
}

async function close(core: Core, disk: Disk, lock: Lock): Promise<void> {
  core.close()
  await disk.close()
  lock.release()
}

const KIND_OF_FAULT: Readonly<Record<SqliteFaultKind, StoreErrorKind>> = {
  busy: 'in-use',
  'read-only': 'read-only',
  corrupt: 'unusable',
  full: 'unusable',
  io: 'unusable',
  other: 'unusable',
}

function toStoreError(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const kind = error instanceof SqliteFault ? KIND_OF_FAULT[error.kind] : 'unusable'
  const message = error instanceof Error ? error.message : 'unknown'
  return new StoreError(kind, `${path} cannot be used: ${message}`, { cause: error })
}
