import { describe, expect, it } from 'vitest'
import { MINUTE_MS, SECOND_MS, toUnixNano, type Interval } from '../../../model/time.js'
import type { MatchMemory } from '../match/match-memory.js'
import type { LateSigns } from './late-signs.js'
import { searchFrom } from './search-from.js'

const START = Date.UTC(2026, 10, 24, 8, 44)
const LOOK_BACK_MS = 2 * MINUTE_MS
const window: Interval = { start: START, end: START + MINUTE_MS }

/** What was known when the window before was looked at, and is now: a span in each second, unless told otherwise. */
function signsAt(end: number, options: Partial<LateSigns> & { readonly changed?: readonly number[] } = {}) {
  const { changed = [], stepMs = SECOND_MS, ...given } = options
  const covered = { start: end - 5 * MINUTE_MS, end }
  const counts = new Map<number, number>()
  for (let at = covered.start + stepMs; at <= end; at += stepMs) counts.set(at, 1)
  for (const at of changed) counts.set(START + at, 2)
  return { stepMs, covered, counts, longSpans: new Map<string, bigint>(), ...given }
}

const before = signsAt(START)
const seen: Interval = { start: START - 3 * MINUTE_MS, end: START }

function remembered(memory: Partial<MatchMemory> = {}): MatchMemory {
  return { seen: [seen], counted: new Map(), signs: before, ...memory }
}

function from(signs: LateSigns | undefined, memory: MatchMemory | undefined = remembered()): number {
  return (searchFrom({ window, lookBackMs: LOOK_BACK_MS, memory, signs }) - START) / SECOND_MS
}

const now = (options: Parameters<typeof signsAt>[1] = {}): LateSigns => signsAt(window.end, options)
const endOf = (offsetMs: number): bigint => toUnixNano(START + offsetMs)

describe('what is searched before a window', () => {
  it.each([
    ['nothing, where nothing has come', now(), 0],
    ['nothing, where more is in the window', now({ changed: [1000, 30_000] }), 0],
    ['from the second in which a span starts that has come', now({ changed: [-9000] }), -10],
    ['from the first of several', now({ changed: [-9000, -50_000, -20_000] }), -51],
    ['no more than counts as late, where a span starts before', now({ changed: [-130_000] }), -120],
    ['all, where the source does not tell', undefined, -120],
    ['all, where a very long span has come', now({ longSpans: new Map([['a', endOf(-5000)]]) }), -120],
    ['nothing, where that ends in the window', now({ longSpans: new Map([['a', endOf(5000)]]) }), 0],
    ['all, where steps are longer than they were', now({ stepMs: 15_000 }), -120],
    ['from where a count fell', now({ counts: without(-30_000) }), -31],
  ])('%s', (_, signs, expected) => {
    expect(from(signs)).toBe(expected)
  })

  it.each([
    ['nothing, where no window was before', undefined, 0],
    ['nothing, where nothing was seen', remembered({ seen: [] }), 0],
    ['all, where the last time not all was seen', remembered({ signs: undefined }), -120],
    [
      'no more than was seen',
      remembered({ signs: undefined, seen: [{ start: START - 45_000, end: START }] }),
      -45,
    ],
    ['nothing before a window that was seen already', remembered({ seen: [window] }), 0],
    ['what was not counted then', remembered({ signs: signsAt(START - MINUTE_MS) }), -60],
    [
      'a long span once only',
      remembered({ signs: { ...before, longSpans: new Map([['a', endOf(-5000)]]) } }),
      0,
    ],
  ])('%s', (_, memory, expected) => {
    const signs = now({ longSpans: memory?.signs?.longSpans ?? new Map() })
    expect((searchFrom({ window, lookBackMs: LOOK_BACK_MS, memory, signs }) - START) / SECOND_MS).toBe(
      expected,
    )
  })

  it('begins with the part of a long step that was not counted whole', () => {
    const stepMs = 15_000
    const long = (end: number): LateSigns => signsAt(Math.floor(end / stepMs) * stepMs, { stepMs })
    const moved = { start: START + 7000, end: window.end + 7000 }
    const memory = remembered({ signs: long(moved.start), seen: [{ start: seen.start, end: moved.start }] })
    const first = searchFrom({ window: moved, lookBackMs: LOOK_BACK_MS, memory, signs: long(moved.end) })
    expect((first - START) / SECOND_MS).toBe(0)
  })
})

function without(offsetMs: number): LateSigns['counts'] {
  const counts = new Map(now().counts)
  counts.delete(START + offsetMs)
  return counts
}
