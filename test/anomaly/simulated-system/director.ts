import { BENIGN_KINDS } from './benign/kinds.js'
import type { Dice } from './dice.js'
import type { Effect } from './effect.js'
import { visitsPerSecond } from './expected-visits.js'
import { startFault, type FaultRun } from './fault-run.js'
import { FAULT_KINDS } from './faults/kinds.js'
import { SHAPES, type BenignLabel, type FaultLabel } from './labels.js'
import type { FaultKind } from './plan.js'
import type { Operation, Service, SimulatedSystem } from './system.js'

const MINUTE_MS = 60_000
/** Nothing breaks before that; what a detector says before is not counted. */
export const WARM_UP_MS = 20 * MINUTE_MS

export interface DirectorOptions {
  readonly system: SimulatedSystem
  readonly dice: Dice
  readonly endMs: number
  /** The types of faults; all where undefined, none where empty. */
  readonly faultTypes: readonly string[] | undefined
  readonly hasBenign: boolean
}

/** Decides what happens to the system and when, and keeps the book of it. */
export interface Director {
  /** Starts and ends what is due, and answers what is on in the second that begins now. */
  effectsAt(atMs: number): readonly Effect[]
  faults(toTime: (atMs: number) => string): readonly FaultLabel[]
  benign(toTime: (atMs: number) => string): readonly BenignLabel[]
}

interface BenignRun {
  readonly type: string
  readonly startMs: number
  readonly endMs: number
  readonly service: string | undefined
  readonly detail: string
}

export function createDirector(options: DirectorOptions): Director {
  const { system, dice, endMs } = options
  const visits = visitsPerSecond(system)
  const serviceVisits = sumByService(visits)
  const runs: FaultRun[] = []
  const events: BenignRun[] = []
  const nextKind = cycleKinds(options)
  let waiting: Effect[] = []
  let on: Effect[] = []
  let nextFaultMs =
    options.faultTypes?.length === 0 ? Number.POSITIVE_INFINITY : WARM_UP_MS + dice.between(1, 5) * MINUTE_MS
  let nextBenignMs = options.hasBenign ? dice.between(0.5, 4) * MINUTE_MS : Number.POSITIVE_INFINITY

  function beginFault(atMs: number): void {
    const time = {
      startMs: atMs,
      endMs: atMs + dice.logBetween(2, 9) * MINUTE_MS,
      shape: dice.chance(0.65) ? 'step' : dice.pick(SHAPES),
    }
    if (time.endMs > endMs - 2 * MINUTE_MS) {
      nextFaultMs = Number.POSITIVE_INFINITY
      return
    }
    for (let tried = 0; tried < FAULT_KINDS.length; tried += 1) {
      const run = startFault(nextKind(), time, { system, dice, visits, serviceVisits })
      if (run === undefined) continue
      runs.push(run)
      waiting.push(run.effect)
      break
    }
    nextFaultMs = time.endMs + dice.between(3.5, 7.5) * MINUTE_MS
  }

  function beginBenign(atMs: number): void {
    const kind = dice.pick(BENIGN_KINDS)
    nextBenignMs = atMs + dice.between(1.5, 6) * MINUTE_MS
    const isTwice = events.some(
      ({ type, endMs: overMs }) =>
        type === kind.type && overMs > atMs - RARE_MS * Number(type === 'night_valley'),
    )
    const plan = isTwice ? undefined : kind.plan({ system, dice, startMs: atMs, visits })
    if (plan === undefined || plan.endMs > endMs) return
    events.push({
      type: kind.type,
      startMs: atMs,
      endMs: plan.endMs,
      service: plan.service,
      detail: plan.detail,
    })
    waiting.push(...plan.effects)
  }

  function effectsAt(atMs: number): readonly Effect[] {
    if (atMs >= nextFaultMs) beginFault(atMs)
    if (atMs >= nextBenignMs) beginBenign(atMs)
    const over = on.filter((effect) => effect.endMs <= atMs)
    for (const effect of over) effect.end?.(system)
    const begun = waiting.filter((effect) => effect.startMs < atMs + 1000)
    for (const effect of begun) effect.begin?.(system)
    if (over.length > 0 || begun.length > 0) {
      waiting = waiting.filter((effect) => !begun.includes(effect))
      on = [...on.filter((effect) => !over.includes(effect)), ...begun]
    }
    return on
  }

  return {
    effectsAt,
    faults: (toTime) => runs.map((run, index) => run.label(`f${String(index + 1).padStart(2, '0')}`, toTime)),
    benign: (toTime) =>
      [...events, ...jobEvents(system, endMs)]
        .toSorted((a, b) => a.startMs - b.startMs)
        .map((event, index) => labelEvent(event, index, toTime)),
  }
}

/** Between two valleys there is some daylight. */
const RARE_MS = 90 * MINUTE_MS

function labelEvent(
  { startMs, endMs, service, ...event }: BenignRun,
  index: number,
  toTime: (atMs: number) => string,
): BenignLabel {
  return {
    id: `b${String(index + 1).padStart(2, '0')}`,
    start: toTime(startMs),
    end: toTime(endMs),
    ...event,
    ...(service === undefined ? {} : { service }),
  }
}

/** Jobs that run every so often: nothing unusual either. */
function jobEvents({ jobs }: SimulatedSystem, endMs: number): BenignRun[] {
  return jobs.flatMap(({ operation, everyMs, firstMs }) => {
    const runs = Array.from(
      { length: Math.ceil((endMs - firstMs) / everyMs) },
      (_, index) => firstMs + index * everyMs,
    )
    return runs.map((startMs) => ({
      type: 'batch_job',
      startMs,
      endMs: startMs + MINUTE_MS,
      service: operation.service.name,
      detail: `slow by nature: ${operation.name}`,
    }))
  })
}

function sumByService(visits: ReadonlyMap<Operation, number>): ReadonlyMap<Service, number> {
  const sums = new Map<Service, number>()
  for (const [{ service }, perSecond] of visits) sums.set(service, (sums.get(service) ?? 0) + perSecond)
  return sums
}

/** Every kind comes up once before any comes twice. */
function cycleKinds({ faultTypes, dice }: DirectorOptions): () => FaultKind {
  const chosen = FAULT_KINDS.filter(({ type }) => faultTypes === undefined || faultTypes.includes(type))
  let queue: FaultKind[] = []
  return () => {
    if (queue.length === 0) queue = dice.shuffle(chosen)
    const [next, ...rest] = queue
    queue = rest
    if (next === undefined) throw new Error('there are no kinds of faults to choose from')
    return next
  }
}
