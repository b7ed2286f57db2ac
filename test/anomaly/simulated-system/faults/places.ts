import type { FaultStage } from '../plan.js'
import type { CallStep, Operation, Service, Step, StoreStep } from '../system.js'

/** How many visits a fault must be able to spoil, else nobody could see it. */
const LEAST_VISITS = 15

/** A place that was chosen, and how often a second it is passed. */
export interface Passed {
  readonly perSecond: number
}

/** One of these that is passed often enough while the fault is on, of which `share` are spoilt; undefined for none. */
export function pickPassed<T extends Passed>(
  stage: FaultStage,
  places: readonly T[],
  share = 1,
): T | undefined {
  const seconds = (stage.endMs - stage.startMs) / 1000
  const enough = places.filter(({ perSecond }) => perSecond * seconds * share >= LEAST_VISITS)
  return enough.length === 0 ? undefined : stage.dice.pick(enough)
}

export interface OperationPlace extends Passed {
  readonly operation: Operation
}

/** The operations that requests from outside lead to. */
export function operationPlaces({ visits }: FaultStage): readonly OperationPlace[] {
  return [...visits].map(([operation, perSecond]) => ({ operation, perSecond }))
}

/** Those whose errors can be seen. */
export function failingPlaces(stage: FaultStage): readonly OperationPlace[] {
  return operationPlaces(stage).filter(
    ({ operation }) => operation.service.instrumentation.status !== 'none' && operation.failShare < 0.02,
  )
}

export interface ServicePlace extends Passed {
  readonly service: Service
}

export function servicePlaces({ serviceVisits }: FaultStage): readonly ServicePlace[] {
  return [...serviceVisits].map(([service, perSecond]) => ({ service, perSecond }))
}

export interface StepPlace<S extends Step> extends Passed {
  readonly operation: Operation
  readonly step: S
}

/** The steps of operations that are such. */
export function stepPlaces<S extends Step>(
  stage: FaultStage,
  isSuch: (step: Step) => step is S,
): readonly StepPlace<S>[] {
  return [...stage.visits].flatMap(([operation, perSecond]) =>
    operation.steps.filter(isSuch).map((step) => ({ operation, step, perSecond: perSecond * step.share })),
  )
}

export function isCall(step: Step): step is CallStep {
  return step.kind === 'call'
}

export function isStatement(step: Step): step is StoreStep {
  return step.kind === 'store' && step.store.kind === 'sql'
}

export function isExternal(step: Step): step is StoreStep {
  return step.kind === 'store' && step.store.kind === 'external'
}

/** Who asks this host: more than one service may. */
export function servicesAsking(stage: FaultStage, host: string): readonly string[] {
  const asking = [...stage.visits.keys()].filter(({ steps }) =>
    steps.some((step) => storeOf(step)?.store.host === host),
  )
  return [...new Set(asking.map(({ service }) => service.name))]
}

function storeOf(step: Step): StoreStep | undefined {
  if (step.kind === 'store') return step
  return step.kind === 'cache' ? step.onMiss : undefined
}
