import type { Dice } from './dice.js'
import type { ActiveEffects, Requester } from './effect.js'
import type { Operation, SimulatedSystem } from './system.js'

const DAY_MS = 86_400_000
const SECOND_MS = 1000
/** How much the number of requests wanders by itself, each second. */
const WANDERING = 0.004

/** A request, or a job, that begins. */
export interface Beginning {
  readonly operation: Operation
  readonly atMs: number
  readonly requester: Requester
  readonly hasUnseenParent: boolean
}

/** What begins in a second, in order. */
export type Traffic = (second: number, active: ActiveEffects) => readonly Beginning[]

/** Requests as they come over a day: more at noon than at night, and never quite evenly. */
export function createTraffic(system: SimulatedSystem, dice: Dice): Traffic {
  const phase = dice.between(0, 2 * Math.PI)
  const swing = dice.between(0.1, 0.35)
  let wander = 0

  function level(second: number): number {
    wander = wander * 0.999 + WANDERING * (dice.share() - 0.5)
    return (1 + swing * Math.sin((2 * Math.PI * second * SECOND_MS) / DAY_MS + phase)) * Math.exp(wander)
  }

  function begin(operation: Operation, atMs: number, hasUnseenParent: boolean): Beginning {
    const requester = {
      traceId: dice.hex(32),
      customer: pickSkewed(system.customers, dice),
      region: pickSkewed(system.regions, dice),
    }
    return { operation, atMs, requester, hasUnseenParent }
  }

  return (second, active) => {
    const now = level(second)
    const atMs = second * SECOND_MS
    const requests = system.roots.flatMap((root) => {
      let mean = root.perSecond * now
      for (const effect of active.demand) mean *= effect.demand(root, atMs)
      return Array.from({ length: dice.poisson(mean) }, () =>
        begin(root.operation, atMs + dice.between(0, SECOND_MS), root.hasUnseenParent),
      )
    })
    const jobs = system.jobs
      .filter(({ everyMs, firstMs }) => isDue(atMs, firstMs, everyMs))
      .map(({ operation }) => begin(operation, atMs, false))
    return [...requests, ...jobs].toSorted((a, b) => a.atMs - b.atMs)
  }
}

function isDue(atMs: number, firstMs: number, everyMs: number): boolean {
  const since = atMs - Math.ceil(firstMs / SECOND_MS) * SECOND_MS
  return since >= 0 && since % everyMs < SECOND_MS
}

/** The first ones more often than the last. */
function pickSkewed(choices: readonly string[], dice: Dice): string {
  return choices[Math.floor(dice.share() ** 2 * choices.length)] ?? ''
}
