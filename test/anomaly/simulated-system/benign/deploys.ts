import { buildCall, buildInner } from '../build-operations.js'
import type { Dice } from '../dice.js'
import type { Effect, Visit } from '../effect.js'
import { reaches } from '../expected-visits.js'
import { nextVersion } from '../faults/errors.js'
import type { BenignKind, BenignPlan, BenignStage } from '../plan.js'
import { operationsOf, type Operation, type Pod, type Service, type Step } from '../system.js'

const COLD_MS = 40_000
/** An effect that never ends by itself. */
const FOR_GOOD = Number.POSITIVE_INFINITY

/** Work on a pod that has just begun takes longer, less and less so. */
function warmUp(service: Service, startMs: number, dice: Dice): Effect {
  const factor = dice.between(1.5, 4)
  return {
    startMs,
    endMs: startMs + 10 * COLD_MS,
    workMs({ pod, operation, atMs }: Visit, ms) {
      const age = atMs - pod.bornMs
      if (operation.service !== service || age < 0 || age > COLD_MS) return ms
      return (
        ms * (1 + (factor - 1) * (1 - age / COLD_MS)) +
        (dice.chance(0.3) ? dice.between(5, 60) * (1 - age / COLD_MS) : 0)
      )
    },
  }
}

function newPod(
  service: Service,
  version: string,
  bornMs: number,
  birth: string,
  { system, dice }: BenignStage,
): Pod {
  return { name: `${service.name}-${birth}-${dice.hex(5)}`, node: dice.pick(system.nodes), version, bornMs }
}

/** One pod after the other is replaced by one of the next version. */
function rollOut(
  service: Service,
  stage: BenignStage,
): { readonly effects: Effect[]; readonly endMs: number } {
  const version = nextVersion(service)
  const birth = stage.dice.hex(8)
  const everyMs = stage.dice.between(8000, 25_000)
  const effects = Array.from({ length: service.pods.length }, (_, index): Effect => {
    const startMs = stage.startMs + index * everyMs
    return {
      startMs,
      endMs: startMs + 1000,
      begin() {
        service.pods = service.pods.map((pod, place) =>
          place === index ? newPod(service, version, startMs, birth, stage) : pod,
        )
        service.version = version
      },
    }
  })
  return {
    effects: [...effects, warmUp(service, stage.startMs, stage.dice)],
    endMs: stage.startMs + effects.length * everyMs + COLD_MS,
  }
}

function planDeploy(stage: BenignStage): BenignPlan {
  const service = stage.dice.pick(stage.system.services)
  return {
    ...rollOut(service, stage),
    service: service.name,
    detail: `rolling deploy to ${nextVersion(service)}, cold pods`,
  }
}

/** The operation of a service that is visited most. */
function busiest(service: Service, { visits }: BenignStage): Operation | undefined {
  return service.operations.toSorted((a, b) => (visits.get(b) ?? 0) - (visits.get(a) ?? 0))[0]
}

function planNewSpan(stage: BenignStage): BenignPlan | undefined {
  const service = stage.dice.pick(stage.system.services)
  const operation = busiest(service, stage)
  if (operation === undefined) return undefined
  return addStep(stage, operation, buildInner(`${service.name} v2`, stage.dice), 'an internal span')
}

function planNewCall(stage: BenignStage): BenignPlan | undefined {
  const service = stage.dice.pick(stage.system.services)
  const operation = busiest(service, stage)
  const others = operationsOf(stage.system).filter(
    (to) => to.kind === 'server' && to.service.layer > service.layer && to.failShare < 0.01,
  )
  const fitting = others.filter((to) => operation !== undefined && !reaches(to, operation))
  if (operation === undefined || fitting.length === 0) return undefined
  const call = { ...buildCall(stage.dice.pick(fitting), stage.dice), mostTimes: 1 }
  return addStep(stage, operation, call, `a call of ${call.to.name}`)
}

/** A deploy after which the pods of the new version do one thing more, for good. */
function addStep(stage: BenignStage, operation: Operation, step: Step, what: string): BenignPlan {
  const { service } = operation
  const version = nextVersion(service)
  const { effects, endMs } = rollOut(service, stage)
  const more: Effect = {
    startMs: stage.startMs,
    endMs: FOR_GOOD,
    steps: (visit, steps) =>
      visit.operation === operation && visit.pod.bornMs >= stage.startMs ? [...steps, step] : steps,
  }
  return {
    effects: [...effects, more],
    endMs,
    service: service.name,
    detail: `rolling deploy to ${version} adds ${what} to ${operation.name} for good`,
  }
}

function planScaleOut(stage: BenignStage): BenignPlan {
  const { dice, startMs } = stage
  const service = dice.pick(stage.system.services)
  const more = dice.whole(1, 3)
  const birth = service.pods[0]?.name.split('-').at(-2) ?? dice.hex(8)
  const begin = (): void => {
    const pods = Array.from({ length: more }, () => newPod(service, service.version, startMs, birth, stage))
    service.pods = [...service.pods, ...pods]
  }
  return {
    effects: [{ startMs, endMs: startMs + 1000, begin }, warmUp(service, startMs, dice)],
    endMs: startMs + COLD_MS,
    service: service.name,
    detail: `${more} more pods`,
  }
}

function planScaleIn(stage: BenignStage): BenignPlan | undefined {
  const { dice, startMs } = stage
  const large = stage.system.services.filter(({ pods }) => pods.length > 2)
  if (large.length === 0) return undefined
  const service = dice.pick(large)
  const begin = (): void =>
    void (service.pods = service.pods.length > 1 ? service.pods.slice(1) : service.pods)
  return {
    effects: [{ startMs, endMs: startMs + 1000, begin }],
    endMs: startMs + 20_000,
    service: service.name,
    detail: 'one pod less',
  }
}

/** Changes of what runs that are nothing to be woken for. */
export const DEPLOYS: readonly BenignKind[] = [
  { type: 'deploy', plan: planDeploy },
  { type: 'deploy_new_span', plan: planNewSpan },
  { type: 'deploy_new_call', plan: planNewCall },
  { type: 'scale_out', plan: planScaleOut },
  { type: 'scale_in', plan: planScaleIn },
]
