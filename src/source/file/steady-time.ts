import { MINUTE_MS, type Timestamp } from '../../model/time.js'

/** What was read of a line, with when its spans end. */
export interface TimedLine<T> {
  readonly of: T
  /** Unix milliseconds, one for each span. */
  readonly ends: readonly number[]
}

/** A line about whose time there is certainty. */
export interface SettledLine<T> extends TimedLine<T> {
  /** Never before that of the lines before. */
  readonly at: Timestamp
  /** Spans that end later than this end ahead of the time. */
  readonly limit: number
}

/** Finds out from lines in their order when it was that they were written. */
export interface SteadyTime<T> {
  /** Takes a line, and gives those that have become certain, in order. */
  push(line: TimedLine<T>): readonly SettledLine<T>[]
  /** There are no more lines: gives the others. */
  finish(): readonly SettledLine<T>[]
}

/** Spans that end further ahead of the time so far do not move it alone. */
export const MOST_AHEAD_MS = 5 * MINUTE_MS
/** So many lines after a span decide whether the time is really there. */
const WITNESS_LINES = 20
/** Where lines are large, fewer are held. */
const MOST_HELD_SPANS = 10_000
/** So many spans at the end of a file, where no others follow, are believed. */
const ENOUGH_SPANS = 20

interface HeldLine<T> extends TimedLine<T> {
  /** In order. */
  readonly sorted: readonly number[]
  /** Where most of its spans are. */
  readonly median: number
}

/**
 * The time of lines, by when their spans end: the latest end so far, but for those of clocks that are wrong. An end far ahead of
 * the time so far counts where most of the lines that follow are there too, as after a gap in a recording. At the end of all,
 * where few lines follow, enough spans must be there as well, and no clock may have been wrong before; what came alone counts.
 */
export function createSteadyTime<T>(): SteadyTime<T> {
  const held: HeldLine<T>[] = []
  let heldSpans = 0
  let time: Timestamp | undefined
  let wasWrong = false

  function settleAll(isEnd: boolean): readonly SettledLine<T>[] {
    const settled: SettledLine<T>[] = []
    for (let first = held[0]; first !== undefined; first = held[0]) {
      const mayWait = !isEnd && held.length <= WITNESS_LINES && heldSpans <= MOST_HELD_SPANS
      if (mayWait && needsWitnesses(first, time)) break
      held.shift()
      heldSpans -= first.ends.length
      time = timeAfter(first, { time, witnesses: held.slice(0, WITNESS_LINES), isEnd, wasWrong })
      wasWrong ||= (first.sorted.at(-1) ?? 0) > limitOf(time)
      settled.push({ of: first.of, ends: first.ends, at: time ?? 0, limit: limitOf(time) })
    }
    return settled
  }

  return {
    push: ({ of, ends }) => {
      // They say nothing of the time, and any number of them may follow each other.
      if (ends.length === 0) return [{ of, ends, at: time ?? 0, limit: limitOf(time) }]
      const sorted = ends.toSorted((left, right) => left - right)
      held.push({ of, ends, sorted, median: sorted[Math.floor((sorted.length - 1) / 2)] ?? 0 })
      heldSpans += ends.length
      return settleAll(false)
    },
    finish: () => settleAll(true),
  }
}

/** Where there is no time yet, nothing is near it. */
function limitOf(time: Timestamp | undefined): number {
  return (time ?? Number.NEGATIVE_INFINITY) + MOST_AHEAD_MS
}

/** The time after those spans of a line of which each is near the one before. */
function stepOn(sorted: readonly number[], time: Timestamp | undefined): Timestamp | undefined {
  let now = time
  for (const end of sorted) {
    if (end > limitOf(now)) return now
    now = Math.max(now ?? 0, Math.ceil(end))
  }
  return now
}

function needsWitnesses({ sorted }: HeldLine<unknown>, time: Timestamp | undefined): boolean {
  return (sorted.at(-1) ?? 0) > limitOf(stepOn(sorted, time))
}

interface Evidence {
  readonly time: Timestamp | undefined
  readonly witnesses: readonly HeldLine<unknown>[]
  readonly isEnd: boolean
  /** Whether spans before have not been believed. */
  readonly wasWrong: boolean
}

function timeAfter(line: HeldLine<unknown>, evidence: Evidence): Timestamp | undefined {
  let time = stepOn(line.sorted, evidence.time)
  for (const end of line.sorted) {
    if (end <= limitOf(time)) continue
    // What lies further ahead still has no more who speak for it.
    if (!isBelieved(end, line, { ...evidence, time })) break
    time = stepOn(line.sorted, Math.ceil(end))
  }
  return time
}

/** Whether the time may have come to where a span ends that lies ahead of it. */
function isBelieved(end: number, line: HeldLine<unknown>, evidence: Evidence): boolean {
  const { time, witnesses, isEnd, wasWrong } = evidence
  const from = end - MOST_AHEAD_MS
  const speaksFor = witnesses.filter(({ median }) => median >= from).length
  // A line does not speak for itself.
  const speaksAgainst = witnesses.length - speaksFor + (line.median < from ? 1 : 0)
  if (speaksFor <= speaksAgainst && witnesses.length + speaksAgainst > 0) return false
  if (time === undefined || !isEnd || witnesses.length >= WITNESS_LINES) return true
  return !wasWrong && countFrom(from, [line, ...witnesses]) >= ENOUGH_SPANS
}

function countFrom(from: number, lines: readonly HeldLine<unknown>[]): number {
  return lines.reduce((sum, { ends }) => sum + ends.filter((end) => end >= from).length, 0)
}
