import type { FaultKind, FaultPlan, FaultStage } from '../plan.js'
import { pickPassed } from './places.js'

/** Requests to one root operation stop, or nearly so. */
export function planTrafficStop(stage: FaultStage): FaultPlan | undefined {
  const { dice, strength, system } = stage
  const root = pickPassed(stage, system.roots)
  if (root === undefined) return undefined
  const left = dice.chance(0.6) ? 0 : dice.between(0.02, 0.1)
  return {
    effect: { demand: (other, atMs) => (other === root ? 1 - (1 - left) * strength(atMs) : 1) },
    facts: {
      service: root.operation.service.name,
      operation: root.operation.name,
      detail: `requests to this root operation fall to ${Math.round(left * 100)} %`,
    },
  }
}

/** Faults of what comes in. */
export const TRAFFIC_FAULTS: readonly FaultKind[] = [
  { type: 'traffic_drop', category: 'traffic', needsStatus: false, plan: planTrafficStop },
]
