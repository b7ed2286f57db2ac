import { buildCall } from '../build-operations.js'
import { reaches } from '../expected-visits.js'
import type { FaultKind, FaultPlan, FaultStage } from '../plan.js'
import type { CallStep, Step, StoreStep } from '../system.js'
import { isCall, operationPlaces, pickPassed, stepPlaces, type OperationPlace } from './places.js'

const isRepeatable = (step: Step): step is CallStep | StoreStep =>
  step.kind === 'call' || (step.kind === 'store' && step.store.kind === 'sql')

function describeStep(step: CallStep | StoreStep): string {
  return step.kind === 'call' ? step.to.name : step.name
}

/** What was asked once for all is asked for each one. */
export function planNPlusOne(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const places = stepPlaces(stage, isRepeatable).filter(({ step }) => step.share > 0.3 && step.mostTimes < 3)
  const place = pickPassed(stage, places)
  if (place === undefined) return undefined
  const { operation, step } = place
  const least = dice.whole(6, 14)
  return {
    effect: {
      times(visit, made, times) {
        if (visit.operation !== operation || made !== step || times === 0 || strength(visit.atMs) === 0)
          return times
        mark(visit)
        return dice.whole(least, least + 8)
      },
    },
    facts: {
      service: operation.service.name,
      operation: operation.name,
      ...(step.kind === 'call' ? { edge: [operation.service.name, step.to.service.name] as const } : {}),
      detail: `${describeStep(step)} ${least} to ${least + 8} times in a row`,
    },
  }
}

/** Calls that were always made are skipped, and the answer looks fine. */
export function planMissingCalls(stage: FaultStage): FaultPlan | undefined {
  const { strength, mark } = stage
  const place = pickPassed(
    stage,
    stepPlaces(stage, isCall).filter(({ step }) => step.share > 0.6),
  )
  if (place === undefined) return undefined
  const { operation, step } = place
  return {
    effect: {
      times(visit, made, times) {
        if (visit.operation !== operation || made !== step || strength(visit.atMs) === 0) return times
        if (times > 0) mark(visit)
        return 0
      },
    },
    facts: {
      service: operation.service.name,
      accept: [step.to.service.name],
      operation: operation.name,
      edge: [operation.service.name, step.to.service.name],
      detail: `${step.to.name} is silently skipped, answers stay fine`,
    },
  }
}

/** An operation calls what it never called, several times. */
export function planChattyCall(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark, visits } = stage
  const place = pickPassed(stage, operationPlaces(stage))
  if (place === undefined) return undefined
  const { operation } = place
  const others = [...visits.keys()].filter((to) => isNewTo(place, to))
  if (others.length === 0) return undefined
  const least = dice.whole(1, 5)
  const step = {
    ...buildCall(dice.pick(others), dice),
    share: 1,
    leastTimes: least,
    mostTimes: least + 3,
    isVital: false,
  }
  return {
    effect: {
      steps(visit, steps) {
        if (visit.operation !== operation || strength(visit.atMs) === 0) return steps
        mark(visit)
        return [...steps, step]
      },
    },
    facts: {
      service: operation.service.name,
      operation: operation.name,
      edge: [operation.service.name, step.to.service.name],
      detail: `calls ${step.to.name} ${least} to ${least + 3} times, which it never did`,
    },
  }
}

function isNewTo({ operation }: OperationPlace, to: OperationPlace['operation']): boolean {
  const isCalled = operation.steps.some((step) => step.kind === 'call' && step.to === to)
  return (
    to.kind === 'server' && to.service.layer > operation.service.layer && !isCalled && !reaches(to, operation)
  )
}

/** Calls are made in another order than they used to. */
export function planWrongOrder(stage: FaultStage): FaultPlan | undefined {
  const { strength, mark } = stage
  const places = operationPlaces(stage).filter(
    ({ operation }) => !operation.isParallel && operation.steps.filter(({ share }) => share > 0.8).length > 1,
  )
  const place = pickPassed(stage, places)
  if (place === undefined) return undefined
  return {
    effect: {
      steps(visit, steps) {
        if (visit.operation !== place.operation || strength(visit.atMs) === 0) return steps
        mark(visit)
        return steps.toReversed()
      },
    },
    facts: {
      service: place.operation.service.name,
      operation: place.operation.name,
      detail: 'its calls are made in the opposite order',
    },
  }
}

const kind = (type: string, plan: FaultKind['plan']): FaultKind => ({
  type,
  category: 'structure',
  needsStatus: false,
  plan,
})

/** Faults that change who calls whom, and how often. */
export const STRUCTURE_FAULTS: readonly FaultKind[] = [
  kind('n_plus_one', planNPlusOne),
  kind('missing_calls', planMissingCalls),
  kind('new_calls', planChattyCall),
  kind('wrong_order', planWrongOrder),
]
