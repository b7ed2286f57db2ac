import { SECOND_MS, type Interval } from '../model/time.js'

/** A stretch of time that is asked for at once, in steps of so many milliseconds. */
export interface CountedPart {
  readonly window: Interval
  readonly stepMs: number
}

/** Two parts of whole steps. A single step is cut at whole seconds; none where there is but one second. */
export function halvePart({ window: { start, end }, stepMs }: CountedPart): readonly CountedPart[] {
  const shorter = end - start >= 2 * stepMs ? stepMs : SECOND_MS
  const steps = Math.floor((end - start) / shorter)
  if (steps < 2) return []
  const middle = start + Math.floor(steps / 2) * shorter
  return [
    { window: { start, end: middle }, stepMs: shorter },
    { window: { start: middle, end }, stepMs: shorter },
  ]
}
