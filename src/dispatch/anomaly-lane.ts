import type { Anomaly } from '../model/anomaly.js'
import type { Clock } from '../model/clock.js'
import type { Component } from '../model/component.js'
import type { MuteReason, Muter } from '../model/muter.js'
import type { ToldAnomaly } from '../model/notification.js'
import type { Timestamp } from '../model/time.js'
import type { DispatchMetrics } from '../telemetry/dispatch-metrics.js'
import { toAnomalyKey, toAnomalyLabels } from './anomaly-labels.js'
import { createTimetable } from './timetable.js'

export interface AnomalyLaneOptions {
  /** What is asked whether an anomaly is muted, such as silences and maintenance windows; the first reason counts. */
  readonly muters: readonly Muter[]
  /** For so long after an anomaly was told, others like it are folded into one; 0 to tell of each. */
  readonly windowMs: number
  /** Is told of what was folded, at the end of the window. */
  readonly onFolded: (anomalies: readonly ToldAnomaly[]) => void
  readonly clock: Clock
  readonly metrics: Pick<DispatchMetrics, 'suppressedAnomalies'>
  /** Windows open at once; beyond it the oldest ends early. 10,000 by default. */
  readonly mostWindows?: number | undefined
}

/** An anomaly of which nobody is told, and why. */
export interface MutedAnomaly {
  readonly anomaly: Anomaly
  readonly reason: MuteReason
}

/** What is to become of the anomalies of one check. */
export interface JudgedAnomalies {
  /** What is told, in the order in which it was found. */
  readonly told: readonly ToldAnomaly[]
  readonly muted: readonly MutedAnomaly[]
  /** To be called once what is told is kept: only then it counts as told. */
  readonly keep: () => void
}

/** The way of anomalies: past grouping, but not past what mutes, nor told over and over. */
export interface AnomalyLane extends Component {
  judge(anomalies: readonly Anomaly[]): JudgedAnomalies
}

interface Window {
  /** Those that came since it was opened. */
  folded: number
  newest: Anomaly | undefined
}

const MOST_WINDOWS = 10_000

/**
 * Tells of an anomaly at once. Those like it that come within the window are folded: at its end the newest is told, with how
 * many more it stands for, and a new window begins.
 */
export function createAnomalyLane(options: AnomalyLaneOptions): AnomalyLane {
  const { clock, metrics, windowMs, mostWindows = MOST_WINDOWS } = options
  const windows = new Map<string, Window>()
  const timetable = createTimetable<string>(clock, endWindow)
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  function judge(anomalies: readonly Anomaly[]): JudgedAnomalies {
    const at = clock.now()
    const muted: MutedAnomaly[] = []
    const heard: Anomaly[] = []
    for (const anomaly of anomalies) {
      const reason = findReason(anomaly, at)
      if (reason === undefined) heard.push(anomaly)
      else muted.push({ anomaly, reason })
    }
    const alike =
      windowMs > 0 ? groupAlike(heard) : heard.map((anomaly, index) => [String(index), [anomaly]] as const)
    const judged = alike.map(([key, all]) => ({ key, all, isTold: !windows.has(key) }))
    const told = judged.flatMap(({ all, isTold }) => (isTold ? standFor(all) : []))
    return { told, muted, keep: () => keep(judged, muted) }
  }

  function findReason(anomaly: Anomaly, at: Timestamp): MuteReason | undefined {
    const labels = toAnomalyLabels(anomaly)
    for (const mutes of options.muters) {
      const reason = mutes(labels, at)
      if (reason !== undefined) return reason
    }
    return undefined
  }

  function keep(judged: readonly JudgedAlike[], muted: readonly MutedAnomaly[]): void {
    for (const { reason } of muted) metrics.suppressedAnomalies.inc({ reason: reason.kind })
    if (windowMs > 0) for (const each of judged) note(each)
  }

  /** What was told folds nothing, and what was not is folded, whatever became of the window since it was judged. */
  function note({ key, all, isTold }: JudgedAlike): void {
    metrics.suppressedAnomalies.inc({ reason: 'similar' }, isTold ? all.length - 1 : all.length)
    const window = windows.get(key) ?? open(key)
    if (isTold) return
    window.folded += all.length
    window.newest = all.at(-1)
  }

  function open(key: string): Window {
    if (windows.size >= mostWindows) endOldest()
    const window: Window = { folded: 0, newest: undefined }
    windows.set(key, window)
    timetable.set(key, clock.now() + windowMs)
    return window
  }

  function endOldest(): void {
    const [oldest] = windows.keys()
    if (oldest === undefined) return
    timetable.remove(oldest)
    options.onFolded(takeFolded(oldest))
  }

  function takeFolded(key: string): readonly ToldAnomaly[] {
    const window = windows.get(key)
    windows.delete(key)
    if (window?.newest === undefined) return []
    const reason = findReason(window.newest, clock.now())
    if (reason === undefined) return [{ ...window.newest, similar: window.folded - 1 }]
    metrics.suppressedAnomalies.inc({ reason: reason.kind }, window.folded)
    return []
  }

  function endWindow(key: string): undefined {
    const folded = takeFolded(key)
    if (folded.length === 0) return
    open(key)
    options.onFolded(folded)
  }

  return {
    judge,
    start: async () => {
      running ??= timetable.run(stopping.signal).catch(() => {})
    },
    stop: async () => {
      stopping.abort(new Error('stopped'))
      await running
      // What was folded is told early, or it would not be told at all.
      const folded = [...windows.keys()].flatMap(takeFolded)
      if (folded.length > 0) options.onFolded(folded)
    },
  }
}

/** Anomalies that have their key in common, in the order in which the first of each was found. */
type Alike = readonly [key: string, all: readonly Anomaly[]]

/** Those that are alike, and whether the first of them is told in the place of all. */
interface JudgedAlike {
  readonly key: string
  readonly all: readonly Anomaly[]
  readonly isTold: boolean
}

function groupAlike(anomalies: readonly Anomaly[]): readonly Alike[] {
  const byKey = new Map<string, Anomaly[]>()
  for (const anomaly of anomalies) {
    const key = toAnomalyKey(anomaly)
    const alike = byKey.get(key) ?? []
    alike.push(anomaly)
    byKey.set(key, alike)
  }
  return [...byKey]
}

/** The first of them, in the place of all. */
function standFor([first, ...others]: readonly Anomaly[]): readonly ToldAnomaly[] {
  if (first === undefined) return []
  return [others.length === 0 ? first : { ...first, similar: others.length }]
}
