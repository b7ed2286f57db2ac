import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import type { Clock } from '../../model/clock.js'
import { SECOND_MS } from '../../model/time.js'
import { StoreError } from '../store-error.js'
import { parseFields, RowError } from './json-fields.js'
import { identifyThisProcess, isAlive, type ProcessIdentity } from './process-identity.js'

/** Whoever holds a lock touches it as often as this. */
const BEAT_MS = 5 * SECOND_MS
/** A lock that is not touched for so long is nobody's, where its process cannot be asked for. */
const SILENCE_MS = 4 * BEAT_MS

export interface LockOptions {
  readonly path: string
  readonly clock: Clock
  /** Is told that it takes until `at` to find out whether the holder still lives. */
  readonly onWait?: ((holder: string, at: number) => void) | undefined
}

/** That this process alone may use a data directory. */
export interface Lock {
  /** May be called twice. */
  release(): void
}

interface Holder extends ProcessIdentity {
  /** Tells one lock from the next. */
  readonly nonce: string
}

/** Locks of this process, which the number of a process does not tell from those of a killed one that had it. */
const heldHere = new Set<string>()

/**
 * Takes a lock, also one that a killed process has left behind. Rejects with a `StoreError` of kind `in-use` where its
 * holder lives. A holder in another container, or on another machine, cannot be asked for: it is watched for 20 s.
 */
export async function takeLock(options: LockOptions): Promise<Lock> {
  const { path, clock } = options
  const self: Holder = { ...identifyThisProcess(), nonce: randomUUID() }
  const found = readLock(path)
  if (found !== undefined) await assertStale(found, self, options)
  if (found !== undefined) removeStale(path, found)
  writeLock(path, self)
  heldHere.add(self.nonce)
  const stopped = new AbortController()
  void beat(path, clock, stopped.signal)
  return {
    release() {
      if (stopped.signal.aborted) return
      stopped.abort()
      heldHere.delete(self.nonce)
      const text = readLock(path)
      if (text === '' || nonceOf(text) === self.nonce) rmSync(path, { force: true })
    },
  }
}

/** What a lock file says; empty where that cannot be understood, undefined where there is none. */
function readLock(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

async function assertStale(found: string, self: Holder, options: LockOptions): Promise<void> {
  const holder = parseHolder(found)
  if (holder !== undefined && heldHere.has(holder.nonce)) throw inUse(options.path, 'this process')
  const alive = holder === undefined ? undefined : isAlive(holder, self)
  if (alive === true) throw inUse(options.path, describe(holder))
  if (alive === undefined) await watch(describe(holder), options)
}

/** Resolves when it is certain that nobody touches the lock any more. */
async function watch(holder: string, { path, clock, onWait }: LockOptions): Promise<void> {
  const touched = touchedAt(path)
  const quietMs = clock.now() - touched
  if (quietMs > SILENCE_MS) return
  const until = clock.now() + SILENCE_MS
  onWait?.(holder, until)
  await clock.sleepUntil(until, new AbortController().signal)
  if (touchedAt(path) !== touched) throw inUse(path, holder)
}

/** Moves it away before it is deleted, so that of two who found it stale one cannot take away what the other has made. */
function removeStale(path: string, found: string): void {
  const away = `${path}.${randomUUID()}`
  try {
    renameSync(path, away)
  } catch (error) {
    if (isCode(error, 'ENOENT')) return
    throw error
  }
  const moved = readFileSync(away, 'utf8')
  if (moved === found) return rmSync(away, { force: true })
  renameSync(away, path)
  throw inUse(path, describe(parseHolder(moved)))
}

function writeLock(path: string, self: Holder): void {
  try {
    writeFileSync(path, `${JSON.stringify(self)}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    // The file is there, and empty: nobody else can make it, and touching it takes no room.
    if (isCode(error, 'ENOSPC')) return
    if (!isCode(error, 'EEXIST')) throw error
    throw inUse(path, describe(parseHolder(readLock(path) ?? '')))
  }
}

async function beat(path: string, clock: Clock, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    touch(path, clock)
    await clock.sleepUntil(clock.now() + BEAT_MS, signal).catch(() => {})
  }
}

function touch(path: string, clock: Clock): void {
  try {
    utimesSync(path, clock.now() / SECOND_MS, clock.now() / SECOND_MS)
  } catch {
    // On a disk that takes nothing now. Those who can ask for this process need no touch.
  }
}

function touchedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function parseHolder(text: string): Holder | undefined {
  try {
    const fields = parseFields(text)
    return {
      pid: fields.number('pid'),
      boot: fields.text('boot'),
      space: fields.text('space'),
      begun: fields.text('begun'),
      host: fields.text('host'),
      nonce: fields.text('nonce'),
    }
  } catch (error) {
    if (error instanceof RowError) return undefined
    throw error
  }
}

function nonceOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseHolder(text)?.nonce
}

function describe(holder: Holder | undefined): string {
  return holder === undefined ? 'a process that is not known' : `process ${holder.pid} on ${holder.host}`
}

function inUse(path: string, holder: string): StoreError {
  const advice = 'two may not share a data directory'
  return new StoreError('in-use', `${path} is held by ${holder}: ${advice}`)
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
