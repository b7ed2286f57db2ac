import { SECOND_MS, type Timestamp } from '../../../model/time.js'

/** Time is looked at in ticks; the number of a tick is its start, in Unix time, in this unit. */
export type Tick = number
export const TICK_MS = 10 * SECOND_MS

/** The last tick that has ended by a moment. */
export function lastEnded(at: Timestamp): Tick {
  return Math.floor(at / TICK_MS) - 1
}

/** Where a tick ends. */
export function endOfTick(tick: Tick): Timestamp {
  return (tick + 1) * TICK_MS
}

/**
 * What is left of what was learned up to a tick, by a later one, 0 to 1: half after so many ticks. All of it where the
 * clock went back in between.
 */
export function shareLeft(learnedAt: Tick | undefined, tick: Tick, halfLife: number): number {
  return 0.5 ** (Math.max(0, tick - (learnedAt ?? tick)) / halfLife)
}

/** What something came to in the ticks in which there was something, the oldest first. */
export class TickLog<T extends { readonly tick: Tick }> {
  private entries: T[] = []

  /** The entry of this tick; where there is none yet, a new one. Ticks come in order. */
  at(tick: Tick, create: () => T): T {
    const last = this.entries.at(-1)
    if (last !== undefined && last.tick >= tick) return last
    const entry = create()
    this.entries.push(entry)
    return entry
  }

  /** Those of so many ticks up to this one. */
  recent(tick: Tick, ticks: number): readonly T[] {
    const first = this.entries.findIndex((entry) => entry.tick > tick - ticks)
    return first < 0 ? [] : this.entries.slice(first)
  }

  /** Takes out those that are so many ticks old, or older. */
  takeOlder(tick: Tick, ticks: number): readonly T[] {
    const kept = this.entries.findIndex((entry) => entry.tick > tick - ticks)
    return this.entries.splice(0, kept < 0 ? this.entries.length : kept)
  }

  get newest(): Tick | undefined {
    return this.entries.at(-1)?.tick
  }
}
