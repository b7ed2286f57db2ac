import { dirname, resolve } from 'node:path'
import type { RuleGroup } from '../../../model/alerting-rule.js'
import type { Clock } from '../../../model/clock.js'
import type { Component } from '../../../model/component.js'
import { describeThrown } from '../../../model/describe-thrown.js'
import { SECOND_MS } from '../../../model/time.js'
import type { ConfigMetrics } from '../../../telemetry/config-metrics.js'
import type { Logger } from '../../../telemetry/logger.js'
import { describeFileFault, type FileFault } from '../../yaml/file-fault.js'
import { loadRules, type LoadOptions } from '../load-rules.js'
import { hasWildcard } from '../wildcard.js'
import { takeFingerprint, type Fingerprint } from './fingerprint.js'
import { watchFolders } from './watch-folders.js'

export interface RuleReloadOptions extends LoadOptions {
  readonly patterns: readonly string[]
  /** The rules that run already. */
  readonly groups: readonly RuleGroup[]
  /** Takes the groups of a reload; the rules that ran before go on where it fails. */
  readonly apply: (groups: readonly RuleGroup[]) => Promise<void> | void
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

const LOOK_EVERY_MS = 5 * SECOND_MS
/** Editors and deployments change files in several steps: a change is taken when it has lasted so long. */
const SETTLE_MS = SECOND_MS
const MOST_TOLD = 10

/**
 * Reads the rule files again when one changes, comes or goes, and then stays so for a moment, and at once on SIGHUP. Files
 * with faults change nothing, nor does one that had rules and in which nothing stands now: the rules that ran before go on, the log says what is wrong, and so does a metric. Make it before the files are read first, so
 * that no change between the two is missed; it does not read them at its start.
 */
export function createRuleReload(options: RuleReloadOptions): Component {
  const { patterns, folder, clock, logger, metrics, signals } = options
  let known = takeFingerprint(patterns, folder)
  let stopping: AbortController | undefined
  let running: Promise<void> = Promise.resolve()
  let waiting = new AbortController()
  let isAsked = false
  let filesWithRules = filesOf(options.groups)
  const watcher = watchFolders(wake)

  function wake(): void {
    waiting.abort()
  }

  function ask(): void {
    isAsked = true
    wake()
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      watcher.follow(foldersOf(known.files))
      await waitForChange(signal)
      await look(signal)
    }
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

  async function look(signal: AbortSignal): Promise<void> {
    const now = takeFingerprint(patterns, folder)
    if (now.text === known.text && !isAsked) return
    known = await settled(now, signal)
    isAsked = false
    await reload()
  }

  /** What two looks in a row see, or what is there when somebody asks. */
  async function settled(first: Fingerprint, signal: AbortSignal): Promise<Fingerprint> {
    for (let before = first; ;) {
      if (isAsked) return takeFingerprint(patterns, folder)
      await clock.sleepUntil(clock.now() + SETTLE_MS, signal)
      const now = takeFingerprint(patterns, folder)
      if (now.text === before.text) return now
      before = now
    }
  }

  async function reload(): Promise<void> {
    const { groups, faults: found, empty } = loadRules(patterns, options)
    const faults = [...found, ...empty.filter((file) => filesWithRules.has(file)).map(toEmptied)]
    if (faults.length > 0) {
      metrics.configReloadSuccessful.set(0)
      logger.error('Rule files cannot be used; the rules that run stay as they are', {
        faults: faults.length,
      })
      for (const fault of faults.slice(0, MOST_TOLD)) logger.error(`Rule file: ${describeFileFault(fault)}`)
      return
    }
    try {
      await options.apply(groups)
      filesWithRules = filesOf(groups)
      tellSuccess()
      logger.info('Rule files were read again', { groups: groups.length, rules: countRules(groups) })
    } catch (error) {
      metrics.configReloadSuccessful.set(0)
      logger.error('New rules could not be started; the rules that run stay as they are', {
        error: describeThrown(error),
      })
    }
  }

  function tellSuccess(): void {
    metrics.configReloadSuccessful.set(1)
    metrics.configReloadTime.set(clock.now() / SECOND_MS)
  }

  /** Those that hold the files, and those in which new ones may come. */
  function foldersOf(files: readonly string[]): readonly string[] {
    return [
      ...new Set([...patterns.map((pattern) => resolve(folder, fixedPart(pattern))), ...files.map(dirname)]),
    ]
  }

  return {
    async start() {
      if (stopping !== undefined) return
      stopping = new AbortController()
      const { signal } = stopping
      tellSuccess()
      signals?.on('SIGHUP', ask)
      running = run(signal).catch((error: unknown) => {
        if (!signal.aborted) logger.error('Rule files are watched no more', { error: describeThrown(error) })
      })
    },

    async stop() {
      signals?.off('SIGHUP', ask)
      watcher.close()
      stopping?.abort(new Error('stopped'))
      wake()
      await running
    },
  }
}

/** The folder of a pattern above its first wildcard. */
function fixedPart(pattern: string): string {
  const steps = pattern.split('/')
  const first = steps.findIndex(hasWildcard)
  return first === -1 ? pattern : steps.slice(0, first).join('/') || (pattern.startsWith('/') ? '/' : '.')
}

function countRules(groups: readonly RuleGroup[]): number {
  return groups.reduce((sum, { rules }) => sum + rules.length, 0)
}

function filesOf(groups: readonly RuleGroup[]): ReadonlySet<string> {
  return new Set(groups.map(({ file }) => file))
}

function toEmptied(file: string): FileFault {
  const problem =
    'the file holds no rules any more; expected its groups, or `groups: []` where none are meant'
  return { file, line: 1, column: 1, key: '', problem }
}
