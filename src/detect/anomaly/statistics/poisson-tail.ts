import { logGamma } from './log-gamma.js'
import { MOST_SCORE, scoreBesideTail, scoreTail, type TermRatios } from './tail-score.js'

/**
 * How surprising a count of events is. Counts of independent events are Poisson: their variance is their mean. Real
 * traffic varies more; then the count is negative binomial, a Poisson count whose mean is itself gamma distributed:
 * Johnson, Kemp and Kotz, "Univariate Discrete Distributions", 3rd ed., 4.2 and 5.1.
 */
interface Counted {
  /** ln of the probability of k. */
  readonly logProbability: (k: number) => number
  /** The probability of k + 1 over that of k. */
  readonly ratio: (k: number) => number
  /** No ratio from k on is above it. */
  readonly bound: (k: number) => number
}

/** A variance that is not so much more than the mean is taken for that of Poisson: with the difference precision would go. */
const LEAST_EXCESS = 1e-3

/**
 * −log10 of the probability of at least `k` events, where `mean` are expected and their variance is `dispersion` times that: 1, or
 * less, for independent ones. From 0 to `MOST_SCORE`. Throws a `RangeError` where k is no whole number or the mean is not above 0.
 */
export function scoreManyEvents(k: number, mean: number, dispersion = 1): number {
  checkArguments(k, mean, dispersion)
  if (k <= 0) return 0
  const counted = distributionOf(mean, dispersion)
  if (k > mean) return scoreTail(counted.logProbability(k), upwards(counted, k))
  return scoreBesideTail(counted.logProbability(k - 1), downwards(counted, k - 1))
}

/** −log10 of the probability of at most `k` events; as `scoreManyEvents`. */
export function scoreFewEvents(k: number, mean: number, dispersion = 1): number {
  checkArguments(k, mean, dispersion)
  if (k < 0) return MOST_SCORE
  const counted = distributionOf(mean, dispersion)
  if (k < mean) return scoreTail(counted.logProbability(k), downwards(counted, k))
  return scoreBesideTail(counted.logProbability(k + 1), upwards(counted, k + 1))
}

function checkArguments(k: number, mean: number, dispersion: number): void {
  const isFine =
    Number.isSafeInteger(k) && mean > 0 && mean < Infinity && dispersion >= 0 && dispersion < Infinity
  if (!isFine)
    throw new RangeError(
      `${k} where ${mean} are expected, dispersion ${dispersion}: expected a whole number, and a mean above 0`,
    )
}

function distributionOf(mean: number, dispersion: number): Counted {
  return dispersion - 1 < LEAST_EXCESS ? poisson(mean) : negativeBinomial(mean, dispersion)
}

function poisson(mean: number): Counted {
  const ratio = (k: number): number => mean / (k + 1)
  return { logProbability: (k) => k * Math.log(mean) - mean - logGamma(k + 1), ratio, bound: ratio }
}

function negativeBinomial(mean: number, dispersion: number): Counted {
  const size = mean / (dispersion - 1)
  const more = 1 - 1 / dispersion
  const constant = -size * Math.log(dispersion) - logGamma(size)
  const ratio = (k: number): number => (more * (k + size)) / (k + 1)
  return {
    logProbability: (k) => logGamma(k + size) - logGamma(k + 1) + k * Math.log(more) + constant,
    ratio,
    bound: size >= 1 ? ratio : () => more,
  }
}

function upwards({ ratio, bound }: Counted, k: number): TermRatios {
  return { steps: Infinity, ratio: (step) => ratio(k + step), bound: (step) => bound(k + step) }
}

/** From the probability of k to those of k − 1 and fewer. Towards 0 the ratios fall, or all are at least 1. */
function downwards({ ratio }: Counted, k: number): TermRatios {
  const back = (step: number): number => 1 / ratio(k - step - 1)
  return { steps: k, ratio: back, bound: back }
}
