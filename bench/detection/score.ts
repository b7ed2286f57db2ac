import { MINUTE_MS, SECOND_MS, type Interval, type Timestamp } from '../../src/model/time.js'
import type { AlertLine } from './alert-line.js'
import type { FaultOfSet, SetLabels } from './labels.js'

/** So long after a fault an alert still belongs to it. */
const GRACE_MS = 90 * SECOND_MS
/** Alerts of one fault, or of none, that follow each other so closely are one incident, until it has lasted so long. */
const MERGE_MS = 2 * MINUTE_MS
const CUT_MS = 5 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS

/** What alerts made of a fault. */
export interface FaultScore {
  readonly type: string
  readonly isDetected: boolean
  /** From its start to its first alert, in milliseconds. */
  readonly afterMs: number | undefined
  /** Whether the service that was named most often is right. */
  readonly isNamedRight: boolean
}

export interface SetScore {
  readonly faults: readonly FaultScore[]
  readonly incidents: number
  readonly falseIncidents: number
  /** Time without any fault, in hours. */
  readonly quietHours: number
  /** False incidents by what else went on; `nothing` where nothing did. */
  readonly falseBy: ReadonlyMap<string, number>
}

interface Incident {
  readonly first: Timestamp
  last: Timestamp
  readonly fault: FaultOfSet | undefined
}

/** Holds alerts against what is known: each belongs to the latest fault in or shortly after which it was told, or is false. */
export function scoreAlerts(alerts: readonly AlertLine[], labels: SetLabels): SetScore {
  const warm = labels.warmupEnd ?? Number.NEGATIVE_INFINITY
  const counted = alerts
    .filter(({ at }) => at >= warm && faultAt(at, labels)?.scored !== false)
    .toSorted((a, b) => a.at - b.at)
  const incidents = joinIncidents(counted, labels)
  const wrong = incidents.filter(({ fault }) => fault === undefined)
  return {
    faults: labels.faults
      .filter(({ scored }) => scored)
      .map((fault) =>
        scoreFault(
          fault,
          counted.filter(({ at }) => faultAt(at, labels) === fault),
        ),
      ),
    incidents: incidents.length,
    falseIncidents: wrong.length,
    quietHours: quietMs(labels) / HOUR_MS,
    falseBy: countFalse(wrong, labels),
  }
}

function faultAt(at: Timestamp, { faults }: SetLabels): FaultOfSet | undefined {
  return faults
    .filter(({ start, end }) => start <= at && at <= end + GRACE_MS)
    .reduce<FaultOfSet | undefined>(
      (latest, fault) => (latest && latest.start > fault.start ? latest : fault),
      undefined,
    )
}

function joinIncidents(alerts: readonly AlertLine[], labels: SetLabels): Incident[] {
  const incidents: Incident[] = []
  for (const { at } of alerts) {
    const fault = faultAt(at, labels)
    const open = incidents.at(-1)
    if (open !== undefined && open.fault === fault && at - open.last <= MERGE_MS && at - open.first < CUT_MS)
      open.last = at
    else incidents.push({ first: at, last: at, fault })
  }
  return incidents
}

function scoreFault(fault: FaultOfSet, alerts: readonly AlertLine[]): FaultScore {
  const [first] = alerts
  const named = mostNamed(alerts)
  return {
    type: fault.type,
    isDetected: first !== undefined,
    afterMs: first && first.at - fault.start,
    isNamedRight: named !== undefined && [fault.service, ...fault.accept].includes(named),
  }
}

/** The service that most alerts blame; of several, the one that was blamed last. */
function mostNamed(alerts: readonly AlertLine[]): string | undefined {
  const votes = new Map<string, number>()
  for (const { service } of alerts) {
    if (service === undefined) continue
    const before = votes.get(service) ?? 0
    votes.delete(service)
    votes.set(service, before + 1)
  }
  return [...votes]
    .toReversed()
    .reduce<readonly [string, number] | undefined>(
      (most, each) => (most && most[1] >= each[1] ? most : each),
      undefined,
    )?.[0]
}

function countFalse(wrong: readonly Incident[], { benign }: SetLabels): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { first } of wrong) {
    const around = benign
      .filter(({ start, end }) => start <= first && first <= end + GRACE_MS)
      .map(({ type }) => type)
    for (const type of around.length === 0 ? ['nothing'] : new Set(around))
      counts.set(type, (counts.get(type) ?? 0) + 1)
  }
  return counts
}

function quietMs(labels: SetLabels): number {
  const { observed, faults, start = 0, end = 0, warmupEnd = 0 } = labels
  const stretches = (observed.length > 0 ? observed : [{ start, end }]).map((each) => ({
    ...each,
    start: Math.max(each.start, warmupEnd),
  }))
  const total = sum(stretches.map(lengthOf))
  const broken = merge(faults.map((fault) => ({ start: fault.start, end: fault.end + GRACE_MS })))
  return (
    total - sum(stretches.flatMap((stretch) => broken.map((fault) => lengthOf(overlapOf(stretch, fault)))))
  )
}

function merge(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = []
  for (const each of intervals.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && each.start <= last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, each.end) }
    else merged.push(each)
  }
  return merged
}

function overlapOf(a: Interval, b: Interval): Interval {
  return { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) }
}

function lengthOf({ start, end }: Interval): number {
  return Math.max(0, end - start)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
