import { startingWith } from './blame.js'
import type { Tick } from './series/ticks.js'
import { seriesOf, type TickVerdict, type Unusual } from './unusual.js'

/** An incident is over when nothing has been unlike normal for so many ticks. */
const OVER_AFTER = 9
/** Another service is blamed once it has been the likeliest for so many ticks. */
const CONVINCED_AFTER = 3

/** All that is unlike normal at a time, as one: what comes after the first is taken to come of the same cause. */
export interface Incident {
  /** Who is to blame, the likeliest first. */
  readonly blamed: readonly string[]
  /** What was found in the last tick in which something was found. */
  readonly unusual: readonly Unusual[]
}

/** Ranks the services that may be to blame for what a tick came to. */
export type FindBlamed = (verdict: TickVerdict) => readonly string[]

/** Follows what is unlike normal from tick to tick. */
export class IncidentWatch {
  private incident: Incident | undefined
  /** What was unlike normal while the service that is blamed was. It may take longer to be as usual again. */
  private folded = new Set<object>()
  private lastFound: Tick = Number.NEGATIVE_INFINITY
  private lastBlamed: Tick = Number.NEGATIVE_INFINITY
  private rival: string | undefined
  private rivalTicks = 0
  /** Who was blamed before somebody else was likelier: it is not gone back and forth. */
  private cleared = new Set<string>()

  constructor(private readonly findBlamed: FindBlamed) {}

  /** Takes what a tick came to, and answers the incident that goes on at its end. */
  note(tick: Tick, verdict: TickVerdict): Incident | undefined {
    if (tick > this.lastFound + OVER_AFTER) this.forget()
    const { unusual } = verdict
    const blamed = this.findBlamed(verdict)
    if (unusual.length === 0 || blamed.length === 0) return this.incident
    this.lastFound = tick
    this.incident = { unusual, blamed: this.settle(tick, verdict, blamed) }
    return this.incident
  }

  private forget(): void {
    this.incident = undefined
    this.folded = new Set()
    this.rival = undefined
    this.cleared = new Set()
  }

  /** Whom to blame: who was blamed first, until somebody else is likelier for a while. */
  private settle(tick: Tick, verdict: TickVerdict, blamed: readonly string[]): readonly string[] {
    const told = this.incident?.blamed[0]
    const likeliest = this.findLikeliest(tick, verdict, blamed, told)
    this.rivalTicks = this.rival === likeliest ? this.rivalTicks + 1 : 1
    this.rival = likeliest
    if (told === undefined || likeliest === told) return startingWith(likeliest, blamed)
    const isConvinced = this.rivalTicks >= CONVINCED_AFTER && !this.cleared.has(likeliest ?? told)
    if (isConvinced) this.cleared.add(told)
    return startingWith(isConvinced ? likeliest : told, blamed)
  }

  /** Where who was blamed is as usual again, what was there beside it goes on for a while and is no cause. */
  private findLikeliest(
    tick: Tick,
    verdict: TickVerdict,
    blamed: readonly string[],
    told: string | undefined,
  ): string | undefined {
    if (told === undefined || blamed.includes(told)) {
      this.lastBlamed = tick
      for (const each of verdict.unusual) this.folded.add(seriesOf(each))
      return blamed[0]
    }
    if (tick > this.lastBlamed + OVER_AFTER) return blamed[0]
    const fresh = verdict.unusual.filter((each) => !this.folded.has(seriesOf(each)))
    return (
      this.findBlamed({ ...verdict, unusual: fresh, ways: fresh.length === 0 ? [] : verdict.ways })[0] ?? told
    )
  }
}
