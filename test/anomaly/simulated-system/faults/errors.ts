import type { Failure } from '../effect.js'
import type { FaultCategory, FaultKind, FaultPlan, FaultStage } from '../plan.js'
import type { Pod, Service, StoreStep } from '../system.js'
import { EXCEPTIONS } from '../vocabulary.js'
import {
  failingPlaces,
  isCall,
  isExternal,
  isStatement,
  pickPassed,
  servicesAsking,
  stepPlaces,
  type StepPlace,
} from './places.js'

const NEW_EXCEPTIONS: readonly (readonly [type: string, message: string])[] = [
  ['java.lang.NoSuchMethodError', 'com.example.Money.round()'],
  ['*json.UnmarshalTypeError', 'cannot unmarshal string into field amount of type int'],
  ['AssertionError', 'expected version 3, found 4'],
  ['FeatureFlagError', 'unknown flag new-pricing'],
  ['UnicodeDecodeError', "'utf-8' codec can't decode byte 0xff in position 0"],
]

function failureOf([type, message]: readonly [string, string], isEarly: boolean, code = 500): Failure {
  return { type, message, isEarly, code }
}

/** Most calls of an operation that calls nobody, or of any other, fail. */
export function planErrorBurst(stage: FaultStage): FaultPlan | undefined {
  return failOperation(stage, stage.dice.between(0.35, 0.95), stage.dice.chance(0.6))
}

/** The share of calls of an operation that fail rises from next to nothing to a few in a hundred. */
export function planErrorRateRise(stage: FaultStage): FaultPlan | undefined {
  return failOperation(stage, stage.dice.between(0.04, 0.1), false)
}

function failOperation(stage: FaultStage, share: number, isLeaf: boolean): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const places = failingPlaces(stage).filter(
    ({ operation }) => operation.failShare < share / 8 && (!isLeaf || !operation.steps.some(isCall)),
  )
  const place = pickPassed(stage, places, share)
  if (place === undefined) return undefined
  const { operation } = place
  const exception = dice.pick(EXCEPTIONS[operation.service.language])
  const isEarly = dice.chance(0.5)
  return {
    effect: {
      fails(visit) {
        if (visit.operation !== operation || !dice.chance(share * strength(visit.atMs))) return undefined
        mark(visit)
        return failureOf(exception, isEarly)
      },
    },
    facts: {
      service: operation.service.name,
      operation: operation.name,
      detail: `${(share * 100).toFixed(1)} % of calls fail with ${exception[0]}`,
    },
  }
}

/** An exception that was never seen before, in a few calls of an operation. */
export function planNewException(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const share = dice.between(0.03, 0.09)
  const places = failingPlaces(stage).filter(({ operation }) => operation.service.instrumentation.exceptions)
  const place = pickPassed(stage, places, share)
  if (place === undefined) return undefined
  const exception = dice.pick(NEW_EXCEPTIONS)
  return {
    effect: {
      fails(visit) {
        if (visit.operation !== place.operation || !dice.chance(share * strength(visit.atMs)))
          return undefined
        mark(visit)
        return failureOf(exception, true)
      },
    },
    facts: {
      service: place.operation.service.name,
      operation: place.operation.name,
      attribute: { key: 'exception.type', value: exception[0] },
      detail: `never seen before, ${(share * 100).toFixed(1)} % of calls`,
    },
  }
}

/** A new version on one of several pods fails. */
export function planBadVersion(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const share = dice.between(0.4, 0.95)
  const places = failingPlaces(stage)
    .filter(({ operation }) => operation.service.pods.length > 1)
    .map(({ operation, perSecond }) => ({ operation, perSecond: perSecond / operation.service.pods.length }))
  const place = pickPassed(stage, places, share)
  if (place === undefined) return undefined
  const { service } = place.operation
  const old = dice.pick(service.pods)
  const bad: Pod = {
    ...old,
    name: `${service.name}-${dice.hex(8)}-${dice.hex(5)}`,
    version: nextVersion(service),
    bornMs: stage.startMs,
  }
  const exception = dice.pick(EXCEPTIONS[service.language])
  return {
    effect: {
      begin: () => replacePod(service, old, bad),
      end: () => replacePod(service, bad, old),
      fails(visit) {
        if (visit.pod !== bad || !dice.chance(share * strength(visit.atMs))) return undefined
        mark(visit)
        return failureOf(exception, true)
      },
    },
    facts: {
      service: service.name,
      attribute: { key: 'service.version', value: bad.version, or: { key: 'k8s.pod.name', value: bad.name } },
      detail: `version ${bad.version} on 1 of ${service.pods.length} pods, ${Math.round(share * 100)} % errors there`,
    },
  }
}

function replacePod(service: Service, gone: Pod, come: Pod): void {
  service.pods = service.pods.map((pod) => (pod === gone ? come : pod))
}

/** The version that follows the one that a service has. */
export function nextVersion({ version }: Service): string {
  const [major = '1', minor = '0'] = version.split('.')
  return `${major}.${Number(minor) + 1}.0`
}

/** The requests of one customer, or from one region, fail in a service. */
export function planOneCustomer(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark, system } = stage
  const byRegion = dice.chance(0.4)
  const choices = byRegion ? system.regions : system.customers.slice(0, 3)
  const value = dice.pick(choices)
  const share = dice.between(0.7, 1)
  const place = pickPassed(stage, failingPlaces(stage), share / (byRegion ? 5 : 8))
  if (place === undefined) return undefined
  const exception = dice.pick(EXCEPTIONS[place.operation.service.language])
  return {
    effect: {
      fails(visit) {
        const { operation, requester, atMs } = visit
        const isTheirs = (byRegion ? requester.region : requester.customer) === value
        if (operation !== place.operation || !isTheirs || !dice.chance(share * strength(atMs)))
          return undefined
        mark(visit)
        return failureOf(exception, true)
      },
    },
    facts: {
      service: place.operation.service.name,
      operation: place.operation.name,
      attribute: { key: byRegion ? system.regionKey : system.customerKey, value },
      detail: `${Math.round(share * 100)} % of the calls for ${value} fail`,
    },
  }
}

const hasMarks = ({ operation }: StepPlace<StoreStep>): boolean =>
  operation.service.instrumentation.status !== 'none'

/** Somebody else's host fails. */
export function planExternalErrors(stage: FaultStage): FaultPlan | undefined {
  const places = stepPlaces(stage, isExternal).filter(hasMarks)
  return failStore(stage, places, {
    type: 'HttpError',
    message: '503 Service Unavailable',
    isEarly: true,
    code: 503,
  })
}

/** A database refuses statements. */
export function planDatabaseErrors(stage: FaultStage): FaultPlan | undefined {
  const places = stepPlaces(stage, isStatement).filter(hasMarks)
  return failStore(stage, places, {
    type: 'StoreException',
    message: 'too many connections',
    isEarly: true,
    code: 503,
  })
}

function failStore(
  stage: FaultStage,
  places: readonly StepPlace<StoreStep>[],
  failure: Failure,
): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const share = dice.between(0.3, 0.9)
  const place = pickPassed(stage, places, share)
  if (place === undefined) return undefined
  const { store } = place.step
  const service = place.operation.service.name
  return {
    effect: {
      storeFails(visit, step) {
        if (step.store.host !== store.host || !dice.chance(share * strength(visit.atMs))) return undefined
        mark(visit)
        return failure
      },
    },
    facts: {
      service,
      accept: [
        ...servicesAsking(stage, store.host).filter((name) => name !== service),
        store.name,
        store.host,
        store.system,
      ],
      attribute: { key: 'server.address', value: store.host },
      detail: `${store.host} fails ${Math.round(share * 100)} %: ${failure.message}`,
    },
  }
}

/** One service fails, and one that calls it asks again and again. */
export function planRetryStorm(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, mark } = stage
  const share = dice.between(0.4, 0.8)
  const places = stepPlaces(stage, isCall).filter(
    ({ step }) => step.to.service.instrumentation.status !== 'none' && step.to.failShare < 0.02,
  )
  const place = pickPassed(stage, places, share)
  if (place === undefined) return undefined
  const { operation: caller, step } = place
  const retries = dice.whole(3, 6)
  return {
    effect: {
      fails(visit) {
        if (visit.operation !== step.to || !dice.chance(share * strength(visit.atMs))) return undefined
        mark(visit)
        return failureOf(['OverloadedError', 'too many requests in flight'], true, 503)
      },
      retries: (visit, made, usual) =>
        visit.operation === caller && made.to === step.to && strength(visit.atMs) > 0 ? retries : usual,
    },
    facts: {
      service: step.to.service.name,
      accept: [caller.service.name],
      operation: step.to.name,
      edge: [caller.service.name, step.to.service.name],
      detail: `${Math.round(share * 100)} % of calls fail, ${caller.service.name} tries up to ${retries} times more`,
    },
  }
}

const kind = (type: string, category: FaultCategory, plan: FaultKind['plan']): FaultKind => ({
  type,
  category,
  needsStatus: true,
  plan,
})

/** Faults that make something fail. */
export const ERROR_FAULTS: readonly FaultKind[] = [
  kind('error_burst', 'error_burst', planErrorBurst),
  kind('error_rate_rise', 'error_rate', planErrorRateRise),
  kind('new_exception', 'repeated_errors', planNewException),
  kind('bad_deploy', 'error_rate', planBadVersion),
  kind('one_customer', 'error_rate', planOneCustomer),
  kind('external_errors', 'error_burst', planExternalErrors),
  kind('db_errors', 'error_burst', planDatabaseErrors),
  kind('retry_storm', 'cascade', planRetryStorm),
]
