import type { Effect, Visit } from './effect.js'
import { reaches } from './expected-visits.js'
import type { FaultLabel, Shape } from './labels.js'
import type { FaultFacts, FaultKind, FaultStage } from './plan.js'
import { operationsOf, type SimulatedSystem } from './system.js'

/** Fewer visits than that are changed by chance as well. */
const LEAST_EFFECTS = 12
const FLAP_MS = 25_000
const RAMP_SHARE = 0.7

/** A fault that is on the stage. */
export interface FaultRun {
  readonly effect: Effect
  label(id: string, toTime: (atMs: number) => string): FaultLabel
}

export interface FaultTime {
  readonly startMs: number
  readonly endMs: number
  readonly shape: Shape
}

/** Puts a fault on the stage; undefined where the system has no place for one of this kind. */
export function startFault(
  kind: FaultKind,
  time: FaultTime,
  stage: Omit<FaultStage, 'strength' | 'mark' | 'startMs' | 'endMs'>,
): FaultRun | undefined {
  const traces = new Set<string>()
  let effects = 0
  let firstMs: number | undefined
  const mark = ({ requester, atMs }: Visit): void => {
    effects += 1
    firstMs = Math.min(firstMs ?? atMs, atMs)
    traces.add(requester.traceId)
  }
  const { startMs, endMs } = time
  const plan = kind.plan({ ...stage, startMs, endMs, strength: strengthOf(time), mark })
  if (plan === undefined) return undefined
  return {
    effect: { ...plan.effect, startMs, endMs },
    label: (id, toTime) => ({
      id,
      start: toTime(startMs),
      end: toTime(endMs),
      type: kind.type,
      category: kind.category,
      shape: time.shape,
      ...plan.facts,
      ...(isSeen(kind, effects) ? { scored: true } : { scored: false, whyNot: 'too few effects' }),
      impacted: impactedBy(plan.facts, stage.system),
      firstEffect: firstMs === undefined ? undefined : toTime(firstMs),
      effects,
      traces: traces.size,
    }),
  }
}

function isSeen({ category }: FaultKind, effects: number): boolean {
  return category === 'traffic' || effects >= LEAST_EFFECTS
}

/** How strong a fault is at each moment. */
function strengthOf({ startMs, endMs, shape }: FaultTime): FaultStage['strength'] {
  return (atMs) => {
    if (atMs < startMs || atMs >= endMs) return 0
    const since = atMs - startMs
    if (shape === 'ramp') return Math.min(1, 0.15 + since / ((endMs - startMs) * RAMP_SHARE))
    return shape === 'flap' && Math.floor(since / FLAP_MS) % 3 === 2 ? 0 : 1
  }
}

/** The services whose operations lead to the blamed one. */
function impactedBy({ service: name, operation }: FaultFacts, system: SimulatedSystem): readonly string[] {
  const blamed = operationsOf(system).filter(
    (each) => each.service.name === name && (operation === undefined || each.name === operation),
  )
  return system.services
    .filter((service) => service.name !== name)
    .filter(({ operations }) => operations.some((from) => blamed.some((to) => reaches(from, to))))
    .map((service) => service.name)
}
