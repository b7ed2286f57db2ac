import type { Freshness } from '../model/source.js'
import { MINUTE_MS, SECOND_MS, type Timestamp } from '../model/time.js'

export interface FreshnessMeterOptions {
  /** The lag that the source is known to have; what is measured never goes below it, in milliseconds. */
  readonly knownLagMs: number
  /** Stands in until enough has been seen, in milliseconds. */
  readonly defaultLagMs: number
  /** What comes later than this says nothing: a clock that is wrong, or the past sent again. In milliseconds. */
  readonly mostLagMs: number
}

/** Measures how long after its end a span is first seen, on one source. */
export interface FreshnessMeter {
  /** Takes note of a span that is first seen at `at`, `lagMs` after its end; less than nothing where clocks differ. */
  observe(lagMs: number, at: Timestamp): void
  /** How far back the spans are complete: all but one in a hundred of the last quarter of an hour had come by then. */
  freshness(at: Timestamp): Freshness
}

/** In steps, so that the lag seldom changes: where it does, windows overlap or have a gap between them. */
const STEPS_MS = [1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600].map(
  (seconds) => seconds * SECOND_MS,
)
/** The share of spans that must have come. */
const SHARE = 0.99
const SLOT_MS = MINUTE_MS
const SLOTS = 15
const LEAST_SPANS = 100

/** What came in one minute: how many spans at each step, and at last those that came later than all of them. */
interface Slot {
  number: number
  readonly counts: Float64Array
}

export function createFreshnessMeter(options: FreshnessMeterOptions): FreshnessMeter {
  const { knownLagMs, defaultLagMs, mostLagMs } = options
  const steps = [...STEPS_MS.filter((step) => step < mostLagMs), mostLagMs]
  const slots = Array.from({ length: SLOTS }, (): Slot => ({
    number: -1,
    counts: new Float64Array(steps.length + 1),
  }))

  function slotAt(at: Timestamp): Slot | undefined {
    const number = Math.floor(at / SLOT_MS)
    const slot = slots[number % SLOTS]
    if (slot === undefined || slot.number === number) return slot
    slot.counts.fill(0)
    slot.number = number
    return slot
  }

  function recent(at: Timestamp): Float64Array {
    const first = Math.floor(at / SLOT_MS) - SLOTS
    const total = new Float64Array(steps.length + 1)
    for (const { number, counts } of slots) {
      // A clock that is set back leaves slots that are still to come.
      if (number > first && number <= first + SLOTS)
        counts.forEach((count, step) => addTo(total, step, count))
    }
    return total
  }

  return {
    observe: (lagMs, at) => {
      const slot = slotAt(at)
      if (slot !== undefined) addTo(slot.counts, findStep(steps, lagMs), 1)
    },
    freshness: (at) => {
      const lagMs = measureLag(recent(at), steps)
      return { lagMs: Math.max(knownLagMs, lagMs ?? defaultLagMs), known: lagMs !== undefined }
    },
  }
}

function addTo(counts: Float64Array, index: number, count: number): void {
  counts[index] = (counts[index] ?? 0) + count
}

/** The first step that is not below the lag; the number of steps where all are. */
function findStep(steps: readonly number[], lagMs: number): number {
  const step = steps.findIndex((each) => lagMs <= each)
  return step < 0 ? steps.length : step
}

/** Undefined where too few spans have come. Where most come too late for any step, the lag is the last one. */
function measureLag(counts: Float64Array, steps: readonly number[]): number | undefined {
  const beyond = counts[steps.length] ?? 0
  const inTime = counts.reduce((sum, count) => sum + count, 0) - beyond
  if (inTime + beyond < LEAST_SPANS) return undefined
  if (beyond > inTime) return steps.at(-1)
  let seen = 0
  return steps.find((_, step) => {
    seen += counts[step] ?? 0
    return seen >= SHARE * inTime
  })
}
