import type { Signal } from '../../model/finding.js'
import type { Judged, Strictness } from './series/judgement.js'
import type { Call, Gap, Operation } from './series/operation.js'
import type { Tick } from './series/ticks.js'
import type { TickVerdict, Unusual, Way } from './unusual.js'

/** A way that looks so unusual is taken for slow, though it is not told yet. */
const SLOW_SCORE = 3
/** What was not called for so many ticks need not be judged. */
const QUIET_TICKS = 15

interface Verdicts {
  readonly unusual: Unusual[]
  readonly ways: Map<string, Way>
}

/** Judges all that is followed at the end of a tick, and has it learn what was usual. */
export function judgeTick(
  operations: readonly Operation[],
  tick: Tick,
  strictness: Strictness,
  signals: ReadonlySet<Signal>,
): TickVerdict {
  const verdicts: Verdicts = { unusual: [], ways: new Map() }
  // What nobody asks for is judged as well: that is when it learns, and lets go of what it has seen.
  const unwanted: Verdicts = { unusual: [], ways: new Map() }
  const wanted = (signal: Signal): Verdicts => (signals.has(signal) ? verdicts : unwanted)
  if (signals.has('traffic')) judgeTraffic(verdicts, operations, tick, strictness)
  const heard = new Set(operations.filter(({ lastSeen }) => lastSeen === tick).map(({ id }) => id.service))
  const isHeard = (service: string): boolean => heard.has(service)
  for (const operation of operations) {
    if (operation.lastSeen <= tick - QUIET_TICKS) continue
    judgeTimes(wanted('latency'), operation, tick, strictness)
    judgeErrors(wanted('errors'), operation, tick, strictness)
    judgeCalls(wanted('calls'), operation, tick, strictness, isHeard)
  }
  return {
    unusual: verdicts.unusual.toSorted((left, right) => right.judgement.weight - left.judgement.weight),
    ways: [...verdicts.ways.values()],
  }
}

function judgeTraffic(
  { unusual }: Verdicts,
  operations: readonly Operation[],
  tick: Tick,
  strictness: Strictness,
): void {
  const known = operations.flatMap((operation) => {
    const { traffic } = operation
    const volume = traffic?.volume
    return traffic === undefined || volume === undefined ? [] : [{ operation, traffic, volume }]
  })
  const now = known.reduce((sum, { volume }) => sum + volume.now, 0)
  const usual = known.reduce((sum, { volume }) => sum + volume.usual, 0)
  for (const { operation, traffic, volume } of known) {
    const others = { now: now - volume.now, usual: usual - volume.usual }
    const judged = traffic.judge(tick, strictness, volume, others)
    if (judged?.lasts === true) unusual.push({ kind: 'traffic', operation, judgement: judged.judgement })
  }
}

function judgeTimes(verdicts: Verdicts, operation: Operation, tick: Tick, strictness: Strictness): void {
  const judged = operation.times.judge(tick, strictness)
  if (judged?.lasts === true) verdicts.unusual.push({ kind: 'time', operation, judgement: judged.judgement })
  const wait = operation.waits?.judge(tick, strictness)
  if (wait?.lasts === true) verdicts.unusual.push({ kind: 'wait', operation, judgement: wait.judgement })
  for (const gap of operation.gaps.values()) judgeGap(verdicts, operation, gap, tick, strictness)
}

function judgeGap(
  { unusual, ways }: Verdicts,
  operation: Operation,
  gap: Gap,
  tick: Tick,
  strictness: Strictness,
): void {
  const judged = gap.times.judge(tick, strictness)
  if (gap.times.newest === undefined || !gap.times.isKnown(strictness)) return
  const way = wayOf(ways, operation.id.service, gap.callee)
  if (judged === undefined) return
  const { judgement, lasts } = judged
  way.isSlow ||= lasts || judgement.score >= SLOW_SCORE
  if (!lasts) return
  way.weight += judgement.weight
  unusual.push({ kind: 'gap', operation, gap, judgement })
}

function wayOf(ways: Map<string, Way>, caller: string, callee: string): Way {
  const key = `${caller}\n${callee}`
  const way = ways.get(key) ?? { caller, callee, weight: 0, isSlow: false }
  ways.set(key, way)
  return way
}

function judgeErrors({ unusual }: Verdicts, operation: Operation, tick: Tick, strictness: Strictness): void {
  // Before the errors themselves: what is part of them must not have learned later than they.
  for (const [exception, series] of operation.exceptions) {
    const judged = series.judge(tick, strictness)
    if (judged?.lasts === true)
      unusual.push({ kind: 'exception', operation, exception, judgement: judged.judgement })
  }
  const judged = operation.errors.judge(tick, strictness)
  if (judged?.lasts === true) unusual.push({ kind: 'error', operation, judgement: judged.judgement })
}

function judgeCalls(
  { unusual }: Verdicts,
  operation: Operation,
  tick: Tick,
  strictness: Strictness,
  isHeard: (service: string) => boolean,
): void {
  const judge = (kind: 'more-calls' | 'missing-calls', call: Call, judged: Judged | undefined): void => {
    if (judged?.lasts === true) unusual.push({ kind, operation, call, judgement: judged.judgement })
  }
  for (const call of operation.calls.values()) {
    judge('more-calls', call, call.counts.judge(tick, strictness))
    const missing = call.missing.judge(tick, strictness)
    // Of a service of which nothing comes, it is the spans that are missing.
    if (tick >= call.missedFrom && (call.seen === 'here' || isHeard(call.peer)))
      judge('missing-calls', call, missing)
  }
}
