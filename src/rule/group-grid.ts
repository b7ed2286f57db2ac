import { createHash } from 'node:crypto'
import type { Timestamp } from '../model/time.js'

/** The moments at which a rule group is due: every `intervalMs`, `offsetMs` after the whole multiples of it. */
export interface Grid {
  readonly intervalMs: number
  readonly offsetMs: number
}

/** The grid of a group. Each has an offset of its own, the same after every restart, so that not all are due at once. */
export function toGrid(key: string, intervalMs: number): Grid {
  const hash = createHash('sha256').update(key).digest().readUIntBE(0, 6)
  return { intervalMs, offsetMs: hash % intervalMs }
}

/** The first moment of the grid that is not before `at`. */
export function nextOnGrid({ intervalMs, offsetMs }: Grid, at: Timestamp): Timestamp {
  return Math.ceil((at - offsetMs) / intervalMs) * intervalMs + offsetMs
}
