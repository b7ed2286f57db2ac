/** No score is above this, so that it stays a number that can be written down. */
export const MOST_SCORE = 1000
const MOST_TERMS = 20_000
const PRECISION = 1e-10

/**
 * A series whose first term is 1 and whose next terms come from the one before. That the terms of a distribution's tail
 * stand in simple ratios makes its sum cheap: one logarithm of the first, then a multiplication each.
 */
export interface TermRatios {
  /** How many terms come after the first. */
  readonly steps: number
  /** The term after `step` steps more, over the term after `step` steps. */
  readonly ratio: (step: number) => number
  /** No ratio from this step on is above it. */
  readonly bound: (step: number) => number
}

/**
 * The sum of the series. It ends where what is left is below 1e-10 of it. After 20,000 terms, as only distributions with
 * a standard deviation in the thousands need them, what is left is taken for a geometric series, which it does not exceed:
 * a tail three standard deviations out is told 10 % too likely at most.
 */
function sumSeries({ steps, ratio, bound }: TermRatios): number {
  let [term, sum] = [1, 1]
  for (let step = 0; step < steps; step += 1) {
    const most = bound(step)
    const left = most < 1 ? (term * most) / (1 - most) : Infinity
    if (left < sum * PRECISION) return sum
    if (step >= MOST_TERMS && left < Infinity) return sum + left
    term *= ratio(step)
    sum += term
  }
  return sum
}

/**
 * −log10 of the probability of a tail, given ln of its first term: 2 is one in a hundred. From 0 to `MOST_SCORE`; far
 * beyond what a probability itself could hold.
 */
export function scoreTail(logFirst: number, ratios: TermRatios): number {
  return toScore(logFirst + Math.log(sumSeries(ratios)))
}

/** −log10 of what is left to 1 beside the tail: the precise way where that tail is the smaller one. */
export function scoreBesideTail(logFirst: number, ratios: TermRatios): number {
  const tail = Math.exp(logFirst + Math.log(sumSeries(ratios)))
  return toScore(Math.log1p(-Math.min(tail, 1)))
}

/** The score of a probability of which ln is given. */
export function toScore(logProbability: number): number {
  const score = -logProbability / Math.LN10
  return score > 0 ? Math.min(score, MOST_SCORE) : 0
}
