import type { FaultKind } from '../plan.js'
import { ERROR_FAULTS } from './errors.js'
import { LATENCY_FAULTS } from './latency.js'
import { STRUCTURE_FAULTS } from './structure.js'
import { TRAFFIC_FAULTS } from './traffic.js'

/** All kinds of faults that the simulation knows. */
export const FAULT_KINDS: readonly FaultKind[] = [
  ...LATENCY_FAULTS,
  ...ERROR_FAULTS,
  ...STRUCTURE_FAULTS,
  ...TRAFFIC_FAULTS,
]
