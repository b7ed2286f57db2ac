import type { Answer } from '../../model/question.js'
import type { SourceError } from '../../model/source-error.js'
import { unlessRefused } from './source-run.js'

/** How plans are asked about together. */
export interface JoinedQuestion<P, T> {
  ask(plans: readonly P[]): Promise<Answer<T>>
  /** Whether so much was found that each plan is better asked about alone. */
  isTooMuch(answer: Answer<T>): boolean
  hasBudget(): boolean
}

export type Outcomes<P, T> = ReadonlyMap<P, Answer<T> | SourceError>

/**
 * Asks about plans together. Where the source fails on them, or cannot tell all, or tells too much, each half is asked
 * about by itself, so that one of them does the others no harm; where it is out of reach, that would not help.
 */
export async function askJoined<P, T>(
  plans: readonly P[],
  question: JoinedQuestion<P, T>,
): Promise<Outcomes<P, T>> {
  if (plans.length === 0) return new Map()
  const outcome = await unlessRefused(question.ask(plans))
  const isAlone = plans.length === 1 || !question.hasBudget()
  if (isAlone || !isBetterAlone(outcome, question)) return new Map(plans.map((plan) => [plan, outcome]))
  const middle = Math.ceil(plans.length / 2)
  const halves = [plans.slice(0, middle), plans.slice(middle)]
  const outcomes = await Promise.all(halves.map((half) => askJoined(half, question)))
  return new Map(outcomes.flatMap((each) => [...each]))
}

function isBetterAlone<P, T>(outcome: Answer<T> | SourceError, question: JoinedQuestion<P, T>): boolean {
  if (!('items' in outcome)) return outcome.reason !== 'transient'
  if (outcome.failure?.reason === 'transient') return false
  return outcome.completeness === 'partial' || question.isTooMuch(outcome)
}

/** Queries that are longer than this some gateways refuse. */
const USUAL_CHARACTERS = 6000
const MOST_BATCHES = 3

/** The plans in a few groups, of which each makes one query of usual length if that can be. */
export function toBatches<P>(plans: readonly P[], sizeOf: (plan: P) => number): readonly (readonly P[])[] {
  const total = plans.reduce((sum, plan) => sum + sizeOf(plan), 0)
  const room = Math.max(USUAL_CHARACTERS, total / MOST_BATCHES)
  const batches: P[][] = []
  let left = 0
  for (const plan of plans) {
    const size = sizeOf(plan)
    if (size > left) {
      batches.push([])
      left = room
    }
    batches.at(-1)?.push(plan)
    left -= size
  }
  return batches
}
