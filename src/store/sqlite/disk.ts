import { statSync } from 'node:fs'
import type { Clock } from '../../model/clock.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../../model/time.js'
import type { StoreHealth } from '../store.js'
import type { Changes } from '../tables/change.js'
import { createTables, type Tables } from '../tables/tables.js'
import { createBatch } from './batch.js'
import { SqliteFault, type Database, type Look, type SqliteDriver } from './database.js'
import { findLogDamage } from './find-log-damage.js'
import { lookAt } from './look-at-file.js'
import { idOf, openFile } from './open-file.js'
import { readRows, type FoundRows } from './read-rows.js'
import { copyAside, setAside } from './set-aside.js'
import { toSqliteFault } from './to-sqlite-fault.js'
import { allWrites, createUnsavedRows, type UnsavedRows } from './unsaved-rows.js'
import { replaceRows, toWrites, writeRows, type Write } from './write-rows.js'

/** Tells people how the disk is. */
export interface DiskWatcher {
  /** A damaged file was put aside under this name, and a new one begun. */
  onSetAside?: ((path: string, error: string) => void) | undefined
  /**
   * What was committed last cannot be read. What was committed before is gone on with, and a copy of all was put aside
   * under this name; undefined where there was no room for it.
   */
  onLogDamaged?: ((path: string | undefined, error: string) => void) | undefined
  /** From now on, what is committed is in memory only. */
  onDegraded?: ((error: string) => void) | undefined
  /** An attempt to go back to the disk failed; the next one is at `retryAt`. */
  onStillDegraded?: ((error: string, retryAt: Timestamp) => void) | undefined
  /** So many rows that were in memory only are on the disk now. */
  onRecovered?: ((rows: number) => void) | undefined
}

export interface DiskOptions extends DiskWatcher {
  readonly path: string
  readonly driver: SqliteDriver
  readonly clock: Clock
}

/** The file beneath a store. It never fails those who write: what it cannot take now it remembers, and makes up for. */
export interface Disk {
  /** What the file held when it was opened. Whoever writes keeps it up to date: it is what is written when the disk recovers. */
  readonly found: FoundRows
  /** Resolves when it is written. Throws only where a change cannot be put into words. */
  persist(changes: Changes): Promise<void> | undefined
  /** Writes at once what is still to be written. */
  flush(): void
  /** Finds out whether the file is still there, and begins to make up for it where it is not. */
  check(): void
  health(): Pick<StoreHealth, 'durable' | 'degraded' | 'setAside'>
  close(): Promise<void>
}

const FIRST_PAUSE_MS = SECOND_MS
const LONGEST_PAUSE_MS = MINUTE_MS

interface Degraded {
  readonly since: Timestamp
  readonly unsaved: UnsavedRows
  readonly recovery: AbortController
  error: string
}

/** Opens the file, a new one where it is damaged. Throws a `StoreError` or a `SqliteFault`. */
export function openDisk(options: DiskOptions): Disk {
  const { path, driver, clock } = options
  let aside: string | undefined
  let database: Database | undefined
  let degraded: Degraded | undefined
  let recovering: Promise<void> = Promise.resolve()
  const batch = createBatch(writeBatch)
  const found = begin()
  let file = identify()

  /** A new file that finds no room on the disk can wait; one that holds something must be read before anything else. */
  function begin(): FoundRows {
    const read = lookOrSetAside(readRows)
    const isNew = sizeOf(path) === 0
    try {
      database = openFile(path, driver)
      return read ?? readRows(database)
    } catch (error) {
      database?.close()
      const fault = error instanceof SqliteFault ? error : undefined
      if (!isNew || (fault?.kind !== 'full' && fault?.kind !== 'io')) throw error
      const nothing = { tables: createTables(), unreadable: 0 }
      degrade(fault, nothing.tables)
      return nothing
    }
  }

  /** Answers what is read of the file before anything is written; a damaged one is out of the way then, as it was found. */
  function lookOrSetAside<R>(read: (database: Look) => R): R | undefined {
    try {
      const answer = lookAt(path, driver, read)
      copyDamagedLog()
      return answer
    } catch (error) {
      if (!(error instanceof SqliteFault) || error.kind !== 'corrupt') throw error
      aside = setAside(path, clock.now())
      options.onSetAside?.(aside, error.message)
      return undefined
    }
  }

  function copyDamagedLog(): void {
    const damage = findLogDamage(`${path}-wal`)
    if (damage === undefined) return
    const copy = tryTo(() => copyAside(path, clock.now()))
    aside = copy ?? aside
    options.onLogDamaged?.(copy, damage)
  }

  function identify(): { readonly id: unknown; readonly inode: number | undefined } {
    return { id: degraded === undefined && database ? idOf(database) : undefined, inode: inodeOf(path) }
  }

  function persist(changes: Changes): Promise<void> | undefined {
    const writes = toWrites(changes)
    if (degraded === undefined) return batch.add(writes)
    degraded.unsaved.add(writes)
    return undefined
  }

  function writeBatch(writes: readonly Write[]): void {
    if (degraded === undefined) tryWrite(writes)
    degraded?.unsaved.add(writes)
  }

  function tryWrite(writes: readonly Write[]): void {
    try {
      if (database !== undefined) writeRows(database, writes)
    } catch (error) {
      degrade(toSqliteFault(error), found.tables)
    }
  }

  function degrade(fault: SqliteFault, tables: Tables): void {
    database?.close()
    const unsaved = createUnsavedRows(tables)
    degraded = { since: clock.now(), error: fault.message, unsaved, recovery: new AbortController() }
    options.onDegraded?.(fault.message)
    recovering = recover(degraded)
  }

  async function recover(now: Degraded): Promise<void> {
    const { signal } = now.recovery
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      await clock.sleepUntil(clock.now() + pauseMs, signal).catch(() => {})
      if (signal.aborted || tryRecover(now)) return
      options.onStillDegraded?.(now.error, clock.now() + Math.min(2 * pauseMs, LONGEST_PAUSE_MS))
    }
  }

  function tryRecover(now: Degraded): boolean {
    try {
      lookOrSetAside(() => {})
      database = openFile(path, driver)
      catchUp(database, now.unsaved)
      degraded = undefined
      file = identify()
      options.onRecovered?.(now.unsaved.count())
      return true
    } catch (error) {
      database?.close()
      now.error = error instanceof Error ? error.message : toSqliteFault(error).message
      return false
    }
  }

  /** A file that is not the one it was needs all there is. */
  function catchUp(to: Database, unsaved: UnsavedRows): void {
    const writes = idOf(to) === file.id ? unsaved.writes() : undefined
    if (writes === undefined) replaceRows(to, allWrites(found.tables))
    else writeRows(to, writes)
  }

  return {
    found,
    persist,
    flush: () => batch.flush(),
    check() {
      if (degraded === undefined && inodeOf(path) !== file.inode)
        degrade(new SqliteFault('io', `${path} is gone, or another file is in its place`), found.tables)
    },
    health: () => ({
      durable: degraded === undefined,
      setAside: aside,
      degraded: degraded && {
        since: degraded.since,
        error: degraded.error,
        unsaved: degraded.unsaved.count(),
      },
    }),
    async close() {
      batch.flush()
      degraded?.recovery.abort()
      await recovering
      if (degraded !== undefined) tryRecover(degraded)
      database?.close()
    },
  }
}

function tryTo<R>(work: () => R): R | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
