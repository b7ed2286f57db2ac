import { toUnixNano, type Interval, type Timestamp } from '../../../model/time.js'
import type { MatchMemory } from '../match/match-memory.js'
import { LONG_SPAN_MS, type LateSigns } from './late-signs.js'

export interface SearchFromOptions {
  readonly window: Interval
  /** How far before the window traces are counted that came late, in milliseconds. */
  readonly lookBackMs: number
  readonly memory: MatchMemory | undefined
  /** What is known now; undefined where it could not be found out. */
  readonly signs: LateSigns | undefined
}

/**
 * From when on a match rule must search, so that no trace is missed that came late: from its window on where nothing came
 * since it was looked at last. A trace of earlier windows can only count where it has a new span. That span starts in a step
 * that has another count then, or is so long that it is known by itself. Where either is not certain, all is searched.
 */
export function searchFrom({ window, lookBackMs, memory, signs }: SearchFromOptions): Timestamp {
  const since = window.start - lookBackMs
  const first = memory?.seen.find(({ end }) => end > since)
  if (first === undefined || first.start >= window.start) return window.start
  const earliest = Math.max(since, first.start)
  const known = memory?.signs
  if (signs === undefined || known === undefined || hasNewLongSpan(signs, known, window)) return earliest
  const changed = firstChange(signs, known, { start: since - LONG_SPAN_MS, end: window.start })
  return changed === undefined ? window.start : Math.max(earliest, changed)
}

/** One that ends within the window, or after it, is found in it. */
function hasNewLongSpan(now: LateSigns, known: LateSigns, { start }: Interval): boolean {
  const latest = toUnixNano(start)
  return Array.from(now.longSpans).some(([id, end]) => end <= latest && !known.longSpans.has(id))
}

/** The start of the first step in a stretch whose count is another, or was not known. A count that fell proves nothing either. */
function firstChange(now: LateSigns, known: LateSigns, { start, end }: Interval): Timestamp | undefined {
  const { stepMs } = now
  if (known.stepMs !== stepMs) return start
  for (let step = Math.floor(start / stepMs) * stepMs; step < end; step += stepMs) {
    const isKnown = isCovered(now, step) && isCovered(known, step)
    const at = step + stepMs
    if (!isKnown || (now.counts.get(at) ?? 0) !== (known.counts.get(at) ?? 0)) return step
  }
  return undefined
}

function isCovered({ covered, stepMs }: LateSigns, step: Timestamp): boolean {
  return step >= covered.start && step + stepMs <= covered.end
}
