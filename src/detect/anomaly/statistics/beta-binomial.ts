import { logBeta, logChoose } from './log-gamma.js'
import { MOST_SCORE, scoreBesideTail, scoreTail, type TermRatios } from './tail-score.js'

/**
 * How surprising a count is, given a past that itself is only known so well: `a` bad ones and `b` good ones were seen before
 * (each with what was believed before anything was seen, such as 0.5), and now `k` of `n` are bad. With the share of bad
 * ones distributed as Beta(a, b), the count is beta-binomial: Gelman and others, "Bayesian Data Analysis", 3rd ed., 2.6.
 * `P(k) = C(n, k) B(k + a, n − k + b) / B(a, b)`, and the terms stand in the ratio
 * `P(k + 1) / P(k) = (n − k)(k + a) / ((k + 1)(n − k − 1 + b))`.
 */

/**
 * −log10 of the probability of at least `k` of `n`, from 0 to `MOST_SCORE`. Its error is about 1e-10, and 1e-7 where a or b
 * is in the millions. Takes up to 20,000 steps where b is at least 1, else up to n. Throws a `RangeError` where n is no whole number from 0, or
 * k is none, or a or b is not above 0.
 */
export function scoreAtLeast(k: number, n: number, a: number, b: number): number {
  checkArguments(k, n, a, b)
  if (k <= 0) return 0
  if (k > n) return MOST_SCORE
  const mean = (n * a) / (a + b)
  if (k > mean) return scoreTail(logProbability(k, n, a, b), upwards(k, n, a, b))
  return scoreBesideTail(logProbability(k - 1, n, a, b), upwards(n - k + 1, n, b, a))
}

/** −log10 of the probability of at most `k` of `n`; as `scoreAtLeast`, with the good ones and the bad ones changed over. */
export function scoreAtMost(k: number, n: number, a: number, b: number): number {
  return scoreAtLeast(n - k, n, b, a)
}

function checkArguments(k: number, n: number, a: number, b: number): void {
  const isFine =
    Number.isSafeInteger(k) && Number.isSafeInteger(n) && n >= 0 && a > 0 && b > 0 && a + b < Infinity
  if (!isFine)
    throw new RangeError(`${k} of ${n}, given ${a} and ${b}: expected whole numbers, given what is above 0`)
}

function logProbability(k: number, n: number, a: number, b: number): number {
  return logChoose(n, k) + logBeta(k + a, n - k + b) - logBeta(a, b)
}

/** From the probability of k to those of k + 1 and more. */
function upwards(k: number, n: number, a: number, b: number): TermRatios {
  const ratio = (step: number): number => {
    const [at, left] = [k + step, n - k - step]
    return (left * (at + a)) / ((at + 1) * (left - 1 + b))
  }
  // (at + a) / (at + 1) falls where a is at least 1, else it rises to 1. left / (left − 1 + b) falls where b is at least 1, else
  // both are above 1 or the bound is, and no term is left out.
  const bound = (step: number): number =>
    a >= 1 ? ratio(step) : (ratio(step) * (k + step + 1)) / (k + step + a)
  return { steps: n - k, ratio, bound }
}
