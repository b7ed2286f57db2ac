import type { Tick } from './series/ticks.js'
import type { TickVerdict, Unusual } from './unusual.js'

/** An incident is over when nothing has been unlike normal for so many ticks. */
const OVER_AFTER = 12
/** Another service is blamed once it has been the likeliest for so many ticks. */
const CONVINCED_AFTER = 3

/** All that is unlike normal at a time, as one: what comes after the first is taken to come of the same cause. */
export interface Incident {
  readonly since: Tick
  /** Who is to blame, the likeliest first. */
  readonly blamed: readonly string[]
  /** What was found in the last tick in which something was found. */
  readonly unusual: readonly Unusual[]
}

/** Follows what is unlike normal from tick to tick. */
export class IncidentWatch {
  private incident: Incident | undefined
  private lastFound: Tick = Number.NEGATIVE_INFINITY
  private rival: string | undefined
  private rivalTicks = 0

  /** Takes what a tick came to, and answers the incident that goes on at its end. */
  note(tick: Tick, { unusual }: TickVerdict, blamed: readonly string[]): Incident | undefined {
    if (tick > this.lastFound + OVER_AFTER) this.incident = undefined
    if (unusual.length === 0 || blamed.length === 0) return this.incident
    this.lastFound = tick
    const since = this.incident?.since ?? tick
    this.incident = { since, unusual, blamed: this.settle(blamed) }
    return this.incident
  }

  /** Whom to blame: who was blamed first, until somebody else is likelier for a while. */
  private settle(blamed: readonly string[]): readonly string[] {
    const [likeliest] = blamed
    const told = this.incident?.blamed[0]
    this.rivalTicks = this.rival === likeliest ? this.rivalTicks + 1 : 1
    this.rival = likeliest
    if (told === undefined || told === likeliest || this.rivalTicks >= CONVINCED_AFTER) return blamed
    return [told, ...blamed.filter((service) => service !== told)]
  }
}
