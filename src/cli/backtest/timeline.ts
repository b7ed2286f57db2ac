import type { Interval, Timestamp } from '../../model/time.js'
import type { Firing } from '../../replay/firing-log.js'

const BARS = '▁▂▃▄▅▆▇█'
const NONE = '·'
const COLUMNS = 48

/** How many alerts fire over time: a character a stretch, the highest of it, measured by `most`. */
export function formatTimeline(firings: readonly Firing[], period: Interval, most: number): string {
  return countFiring(firings, period)
    .map((count) => (count === 0 ? NONE : (BARS[toHeight(count, most)] ?? '')))
    .join('')
}

/** What stands above a timeline: when it begins and when it ends. */
export function formatAxis({ start, end }: Interval): string {
  const [first, last] = [formatMinute(start), formatMinute(end)]
  return first + last.padStart(COLUMNS - first.length)
}

/** `2026-03-02T08:15Z` */
function formatMinute(at: Timestamp): string {
  return `${new Date(at).toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length)}Z`
}

function toHeight(count: number, most: number): number {
  return Math.min(BARS.length - 1, Math.ceil((count / Math.max(1, most)) * BARS.length) - 1)
}

/** How many alerts fire in each of the stretches of a period. */
export function countFiring(firings: readonly Firing[], { start, end }: Interval): readonly number[] {
  const stretchMs = Math.max(1, end - start) / COLUMNS
  const counts = Array.from({ length: COLUMNS }, () => 0)
  for (const { firedAt, endedAt = end } of firings) {
    const first = toColumn((firedAt - start) / stretchMs)
    // One that ends where a stretch begins is over then.
    const last = Math.max(first, toColumn(Math.ceil((endedAt - start) / stretchMs) - 1))
    for (let column = first; column <= last; column += 1) counts[column] = (counts[column] ?? 0) + 1
  }
  return counts
}

function toColumn(place: number): number {
  return Math.max(0, Math.min(COLUMNS - 1, Math.floor(place)))
}
