import type { FaultKind, FaultPlan, FaultStage } from '../plan.js'
import type { CacheStep, PublishStep, Step, Store } from '../system.js'
import {
  isCall,
  isExternal,
  isStatement,
  operationPlaces,
  pickPassed,
  servicePlaces,
  servicesAsking,
  stepPlaces,
} from './places.js'

/** A database answers slowly, to everybody who asks it. */
export function planSlowDatabase(stage: FaultStage): FaultPlan | undefined {
  const place = pickPassed(stage, stepPlaces(stage, isStatement))
  return place && slowStore(stage, place.step.store, place.operation.service.name)
}

/** Somebody else's host answers slowly. */
export function planSlowExternal(stage: FaultStage): FaultPlan | undefined {
  const place = pickPassed(stage, stepPlaces(stage, isExternal))
  return place && slowStore(stage, place.step.store, place.operation.service.name)
}

function slowStore(stage: FaultStage, store: Store, service: string): FaultPlan {
  const { dice, strength, mark } = stage
  const factor = dice.between(3, 10)
  const moreMs = dice.logBetween(80, 700)
  const asking = servicesAsking(stage, store.host)
  return {
    effect: {
      storeMs(visit, step, ms) {
        const now = strength(visit.atMs)
        if (step.store.host !== store.host || now === 0) return ms
        mark(visit)
        return ms * (1 + (factor - 1) * now) + moreMs * now * dice.between(0.5, 1.5)
      },
    },
    facts: {
      service,
      accept: [...asking.filter((name) => name !== service), store.name, store.host, store.system],
      attribute: { key: 'server.address', value: store.host },
      detail: `${store.name}: x${factor.toFixed(1)} + ${Math.round(moreMs)} ms`,
    },
  }
}

/** All pods of a service have too little CPU: its own work is drawn out, and often stops for a while. */
export function planCpuSaturation(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const place = pickPassed(stage, servicePlaces(stage))
  if (place === undefined) return undefined
  const factor = dice.between(3, 7)
  const stopMs = dice.between(60, 250)
  return {
    effect: {
      workMs(visit, ms) {
        const now = strength(visit.atMs)
        if (visit.operation.service !== place.service || now === 0) return ms
        mark(visit)
        return ms * (1 + (factor - 1) * now) + (dice.chance(0.75 * now) ? stopMs * dice.between(0.5, 1.5) : 0)
      },
    },
    facts: {
      service: place.service.name,
      detail: `own work x${factor.toFixed(1)}, stops of ${Math.round(stopMs)} ms`,
    },
  }
}

/** Now and then a process of the service stands still for long, as when its memory is short. */
export function planMemoryPressure(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const share = dice.between(0.15, 0.4)
  const place = pickPassed(stage, servicePlaces(stage), share)
  if (place === undefined) return undefined
  const stopMs = dice.logBetween(300, 1500)
  return {
    effect: {
      workMs(visit, ms) {
        if (visit.operation.service !== place.service || !dice.chance(share * strength(visit.atMs))) return ms
        mark(visit)
        return ms + stopMs * dice.between(0.5, 1.5)
      },
    },
    facts: {
      service: place.service.name,
      detail: `${Math.round(share * 100)} % of visits stand still for ${Math.round(stopMs)} ms`,
    },
  }
}

/** Half of the visits of an operation wait for a lock. */
export function planLockContention(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const place = pickPassed(stage, operationPlaces(stage), 0.5)
  if (place === undefined) return undefined
  const waitMs = dice.logBetween(120, 900)
  return {
    effect: {
      workMs(visit, ms) {
        if (visit.operation !== place.operation || !dice.chance(0.5 * strength(visit.atMs))) return ms
        mark(visit)
        return ms + dice.logNormal(waitMs, 0.4)
      },
    },
    facts: {
      service: place.operation.service.name,
      operation: place.operation.name,
      detail: `half of the visits wait ${Math.round(waitMs)} ms for a lock`,
    },
  }
}

/** One pod of several is slow. */
export function planSlowPod(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const all = servicePlaces(stage)
    .filter(({ service }) => service.pods.length > 1)
    .map(({ service, perSecond }) => ({ service, perSecond: perSecond / service.pods.length }))
  const place = pickPassed(stage, all)
  if (place === undefined) return undefined
  const pod = dice.pick(place.service.pods)
  const moreMs = dice.logBetween(100, 500)
  return {
    effect: {
      workMs(visit, ms) {
        const now = strength(visit.atMs)
        if (visit.pod !== pod || now === 0) return ms
        mark(visit)
        return ms * (1 + 3 * now) + moreMs * now * dice.between(0.5, 1.5)
      },
    },
    facts: {
      service: place.service.name,
      attribute: { key: 'k8s.pod.name', value: pod.name },
      detail: `1 of ${place.service.pods.length} pods is slower by ${Math.round(moreMs)} ms`,
    },
  }
}

/** The way between two services takes longer. */
export function planDelayedEdge(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const place = pickPassed(stage, stepPlaces(stage, isCall))
  if (place === undefined) return undefined
  const caller = place.operation.service
  const callee = place.step.to.service
  const delayMs = dice.logBetween(60, 600)
  return {
    effect: {
      networkMs({ from, callee: to }, ms) {
        const now = strength(from.atMs)
        if (from.operation.service !== caller || to.service !== callee || now === 0) return ms
        mark(from)
        return ms + (delayMs / 2) * now * dice.between(0.8, 1.2)
      },
    },
    facts: {
      service: callee.name,
      accept: [caller.name],
      edge: [caller.name, callee.name],
      detail: `${Math.round(delayMs)} ms between the two, both sides' own work unchanged`,
    },
  }
}

/** All ways to and from one pod, or all pods, of a service take longer. */
export function planDelayedService(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const inner = servicePlaces(stage).filter(({ service }) => service.layer > 0)
  const place = pickPassed(
    stage,
    inner.map(({ service, perSecond }) => ({ service, perSecond: perSecond / service.pods.length })),
  )
  if (place === undefined) return undefined
  const slow = dice.chance(0.5) ? new Set([dice.pick(place.service.pods)]) : new Set(place.service.pods)
  const delayMs = dice.logBetween(80, 500)
  return {
    effect: {
      networkMs({ from, to }, ms) {
        const now = strength(from.atMs)
        if ((!slow.has(from.pod) && !slow.has(to)) || now === 0) return ms
        mark(from)
        return ms + (delayMs / 2) * now * dice.between(0.8, 1.2)
      },
    },
    facts: {
      service: place.service.name,
      ...(slow.size === 1 ? { attribute: { key: 'k8s.pod.name', value: [...slow][0]?.name ?? '' } } : {}),
      detail: `${Math.round(delayMs)} ms on all ways of ${slow.size} of ${place.service.pods.length} pods`,
    },
  }
}

/** An operation hangs longer than its callers wait. */
export function planDependencyTimeout(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const share = dice.between(0.3, 0.7)
  const place = pickPassed(stage, stepPlaces(stage, isCall), share)
  if (place === undefined) return undefined
  const { to, timeoutMs } = place.step
  return {
    effect: {
      workMs(visit, ms) {
        if (visit.operation !== to || !dice.chance(share * strength(visit.atMs))) return ms
        mark(visit)
        return ms + timeoutMs * dice.between(1.1, 2)
      },
    },
    facts: {
      service: to.service.name,
      operation: to.name,
      detail: `${Math.round(share * 100)} % of the visits hang past the callers' timeout`,
    },
  }
}

/** Statements wait for a connection of a pool that is empty. */
export function planPoolExhaustion(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const place = pickPassed(stage, stepPlaces(stage, isStatement))
  if (place === undefined) return undefined
  const { service } = place.operation
  const waitMs = dice.logBetween(150, 1200)
  return {
    effect: {
      poolMs(visit, step) {
        const now = strength(visit.atMs)
        if (visit.operation.service !== service || step.store.kind !== 'sql' || now === 0) return 0
        mark(visit)
        return dice.logNormal(waitMs, 0.6) * now
      },
    },
    facts: {
      service: service.name,
      accept: [place.step.store.name],
      detail: `statements wait ${Math.round(waitMs)} ms for a connection`,
    },
  }
}

const isPublish = (step: Step): step is PublishStep => step.kind === 'publish'
const isCache = (step: Step): step is CacheStep => step.kind === 'cache'

/** Messages wait in the queue longer and longer. */
export function planQueueBacklog(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const place = pickPassed(stage, stepPlaces(stage, isPublish))
  if (place === undefined) return undefined
  const longestMs = dice.logBetween(2000, 20_000)
  return {
    effect: {
      queueMs(visit, step, ms) {
        if (step.topic !== place.step.topic || strength(visit.atMs) === 0) return ms
        mark(visit)
        return (
          ms + longestMs * Math.min(1, 0.2 + (visit.atMs - stage.startMs) / 120_000) * dice.between(0.7, 1.3)
        )
      },
    },
    facts: {
      service: place.step.to.service.name,
      accept: [place.step.topic],
      operation: place.step.to.name,
      edge: [place.operation.service.name, place.step.to.service.name],
      detail: `messages of ${place.step.topic} wait up to ${Math.round(longestMs / 1000)} s`,
    },
  }
}

/** A cache holds nothing any more, and the database behind it is asked each time, and slower. */
export function planCacheMissStorm(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const place = pickPassed(stage, stepPlaces(stage, isCache))
  if (place === undefined) return undefined
  const { look, onMiss } = place.step
  const factor = dice.between(2, 5)
  return {
    effect: {
      missShare(visit, step, share) {
        if (step.look.store.host !== look.store.host || strength(visit.atMs) === 0) return share
        mark(visit)
        return 0.97
      },
      storeMs: (visit, step, ms) =>
        step.store.host === onMiss.store.host ? ms * (1 + (factor - 1) * strength(visit.atMs)) : ms,
    },
    facts: {
      service: place.operation.service.name,
      accept: [look.store.name, look.store.host, look.store.system, onMiss.store.name, onMiss.store.host],
      operation: place.operation.name,
      detail: `${look.store.name} misses 97 %, ${onMiss.store.name} x${factor.toFixed(1)}`,
    },
  }
}

const kind = (type: string, plan: FaultKind['plan']): FaultKind => ({
  type,
  category: 'latency',
  needsStatus: false,
  plan,
})

/** Faults that make something slow. */
export const LATENCY_FAULTS: readonly FaultKind[] = [
  kind('slow_db', planSlowDatabase),
  kind('slow_external', planSlowExternal),
  kind('cpu_saturation', planCpuSaturation),
  kind('memory_pressure', planMemoryPressure),
  kind('lock_contention', planLockContention),
  kind('slow_pod', planSlowPod),
  kind('network_delay', planDelayedEdge),
  kind('network_delay_service', planDelayedService),
  { ...kind('dependency_timeout', planDependencyTimeout), category: 'cascade' },
  kind('pool_exhaustion', planPoolExhaustion),
  kind('queue_backlog', planQueueBacklog),
  kind('cache_miss_storm', planCacheMissStorm),
]
