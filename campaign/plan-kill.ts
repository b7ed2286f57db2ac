import { STEPS, type Step } from './steps.js'

/** How one daemon dies. */
export type PlannedKill =
  | { readonly kind: 'random'; readonly afterMs: number }
  | { readonly kind: 'step'; readonly step: Step; readonly skip: number }

/** The longest life of one that dies at random: into its first evaluations and deliveries. */
const LONGEST_LIFE_MS = 1800
const MOST_SKIPS = 3

/** Every other kill is at random; those between go through the steps in order, so that each has its share. */
export function planKill(number: number, random: () => number): PlannedKill {
  const drawn = random()
  if (number % 2 === 0) return { kind: 'random', afterMs: Math.floor(drawn * LONGEST_LIFE_MS) }
  const step = STEPS[Math.floor(number / 2) % STEPS.length] ?? STEPS[0]
  // What happens once in a life is not waited for again.
  return { kind: 'step', step, skip: step.startsWith('recovery') ? 0 : Math.floor(drawn * MOST_SKIPS) }
}
