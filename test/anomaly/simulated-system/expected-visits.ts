import type { Operation, SimulatedSystem, Step } from './system.js'

/** How many spans one visit of an operation makes on the average, with all that it calls. */
export function spansPerVisit(operation: Operation): number {
  return 1 + operation.steps.reduce((sum, step) => sum + timesOf(step) * spansOf(step), 0)
}

function spansOf(step: Step): number {
  switch (step.kind) {
    case 'call':
    case 'publish':
      return 1 + spansPerVisit(step.to)
    case 'cache':
      return 1 + 2 * step.missShare
    case 'store':
    case 'inner':
      return 1
  }
}

/** How often a step is made in a visit on the average. */
export function timesOf({ share, leastTimes, mostTimes }: Step): number {
  return (share * (leastTimes + mostTimes)) / 2
}

/** How often every operation is visited in a second on the average, by requests from outside. */
export function visitsPerSecond(system: SimulatedSystem): ReadonlyMap<Operation, number> {
  const visits = new Map<Operation, number>()
  function visit(operation: Operation, perSecond: number): void {
    visits.set(operation, (visits.get(operation) ?? 0) + perSecond)
    for (const step of operation.steps) {
      if (step.kind === 'call' || step.kind === 'publish') visit(step.to, perSecond * timesOf(step))
    }
  }
  for (const { operation, perSecond } of system.roots) visit(operation, perSecond)
  return visits
}

/** Whether a visit of the one can lead to a visit of the other. */
export function reaches(from: Operation, to: Operation): boolean {
  return from === to || calledBy(from).some((called) => reaches(called, to))
}

/** The operations that this one calls or sends messages to. */
export function calledBy({ steps }: Operation): readonly Operation[] {
  return steps.flatMap((step) => (step.kind === 'call' || step.kind === 'publish' ? [step.to] : []))
}
