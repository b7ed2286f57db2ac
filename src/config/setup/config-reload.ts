import { dirname, resolve } from 'node:path'
import type { Clock } from '../../model/clock.js'
import type { Component } from '../../model/component.js'
import { createQueue } from '../../model/create-queue.js'
import { describeThrown } from '../../model/describe-thrown.js'
import { SECOND_MS } from '../../model/time.js'
import type { ConfigMetrics } from '../../telemetry/config-metrics.js'
import type { Logger } from '../../telemetry/logger.js'
import { ConfigError } from '../config-error.js'
import { hasWildcard } from '../rules/wildcard.js'
import { findEmptied } from './find-emptied.js'
import { takeFingerprint } from './fingerprint.js'
import type { ReadSetup } from './read-setup.js'
import { createReloadReport } from './reload-report.js'
import type { Setup, SetupFiles } from './setup.js'
import { watchFolders } from './watch-folders.js'

export interface ConfigReloadOptions {
  /** The setup that runs already, and what it was read from. */
  readonly setup: Setup
  readonly files: SetupFiles
  /** Reads it all again. May throw a `ConfigError`. */
  readonly read: () => ReadSetup
  /** Takes what was read; rejects where it cannot, and then what ran before goes on. */
  readonly apply: (setup: Setup) => Promise<void>
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: ConfigMetrics
  /** Where SIGHUP arrives: a process, or nothing inside somebody's application. */
  readonly signals?: Signals | undefined
}

/** The part of a process that tells of signals. */
export interface Signals {
  on(event: 'SIGHUP', listener: () => void): unknown
  off(event: 'SIGHUP', listener: () => void): unknown
}

/** What a reload came to: why nothing has changed, a sentence each; empty where all was taken. */
export type ReloadProblems = readonly string[]

/** Settings and rules that are read again while they are in use. */
export interface ConfigReload extends Component {
  /** Reads everything now. Never rejects. */
  reload(): Promise<ReloadProblems>
}

const LOOK_EVERY_MS = 5 * SECOND_MS
/** Editors and deployments change files in several steps: a change is taken when it has lasted so long. */
const SETTLE_MS = SECOND_MS

/**
 * Reads settings and rules again when a file changes, comes or goes, and then stays so for a moment; at once on SIGHUP, and
 * for who asks. It is all or nothing: where anything has a fault, what runs goes on, the log says what is wrong, and so does a
 * metric. Make it as soon as the files were read first, so that no change after that is missed; it does not read them at its
 * start.
 */
export function createConfigReload(options: ConfigReloadOptions): ConfigReload {
  const { clock, logger, signals } = options
  const report = createReloadReport({ ...options, started: options.setup })
  let running = options.setup
  let { files } = options
  let known = takeFingerprint(files)
  let stopping: AbortController | undefined
  let watching: Promise<void> = Promise.resolve()
  let waiting = new AbortController()
  const serially = createQueue()
  const watcher = watchFolders(() => waiting.abort())

  async function watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      watcher.follow(foldersOf(files, known.files))
      await waitForChange(signal)
      if (!hasChanged()) continue
      await settle(signal)
      // Somebody may have asked meanwhile.
      if (hasChanged()) await reload()
    }
  }

  function hasChanged(): boolean {
    return takeFingerprint(files).text !== known.text
  }

  /** Until something happens, or the time is over. */
  async function waitForChange(signal: AbortSignal): Promise<void> {
    try {
      await clock.sleepUntil(clock.now() + LOOK_EVERY_MS, waiting.signal)
    } catch (error) {
      if (signal.aborted) throw error
      waiting = new AbortController()
    }
  }

  /** Until two looks in a row have seen the same. */
  async function settle(signal: AbortSignal): Promise<void> {
    for (let before = ''; ;) {
      const now = takeFingerprint(files).text
      if (now === before) return
      before = now
      await clock.sleepUntil(clock.now() + SETTLE_MS, signal)
    }
  }

  function reload(): Promise<ReloadProblems> {
    return serially(reloadNow).catch((error: unknown) => report.failed(error))
  }

  async function reloadNow(): Promise<ReloadProblems> {
    known = takeFingerprint(files)
    const { setup, faults } = readAgain()
    if (setup === undefined || faults.length > 0) return report.refused(faults)
    await options.apply(setup)
    running = setup
    return report.taken(setup)
  }

  function readAgain(): Pick<ReadSetup, 'setup' | 'faults'> {
    try {
      const read = options.read()
      if (!isSameFiles(read.files, files)) {
        files = read.files
        known = takeFingerprint(files)
      }
      return read.setup === undefined ? read : { ...read, faults: findEmptied(running, read.setup) }
    } catch (error) {
      if (error instanceof ConfigError) return { setup: undefined, faults: error.faults }
      throw error
    }
  }

  const ask = (): void => void reload()

  return {
    reload,
    async start() {
      if (stopping !== undefined) return
      stopping = new AbortController()
      const { signal } = stopping
      report.begun()
      signals?.on('SIGHUP', ask)
      watching = watch(signal).catch((error: unknown) => {
        if (!signal.aborted)
          logger.error('The configuration is watched no more', { error: describeThrown(error) })
      })
    },

    async stop() {
      signals?.off('SIGHUP', ask)
      watcher.close()
      stopping?.abort(new Error('stopped'))
      waiting.abort()
      await watching
      await serially(async () => {})
    },
  }
}

function isSameFiles(left: SetupFiles, right: SetupFiles): boolean {
  return (
    JSON.stringify([left.file, left.patterns, left.folder]) ===
    JSON.stringify([right.file, right.patterns, right.folder])
  )
}

/** Those that hold the files, and those in which new ones may come. */
function foldersOf({ patterns, folder }: SetupFiles, files: readonly string[]): readonly string[] {
  const ofPatterns = patterns.map((pattern) => resolve(folder, fixedPart(pattern)))
  return [...new Set([...ofPatterns, ...files.map(dirname)])]
}

/** The folder of a pattern above its first wildcard. */
function fixedPart(pattern: string): string {
  const steps = pattern.split('/')
  const first = steps.findIndex(hasWildcard)
  return first === -1 ? pattern : steps.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.')
}
