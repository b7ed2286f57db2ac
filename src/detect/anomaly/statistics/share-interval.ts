/** Where a share lies, as far as a sample tells. */
export interface ShareInterval {
  readonly low: number
  readonly high: number
}

/** In so many standard deviations 95 of 100 lie. */
const NINETY_FIVE_PERCENT = 1.959964

/**
 * The interval in which the true share lies, given that `k` of `n` were seen; by default with a confidence of 95 %. Of 3 of which
 * 1 is bad it says 6 % to 79 %, where a plain share would say 33 %. Everything is possible where n is 0. Wilson, "Probable
 * inference, the law of succession, and statistical inference" (1927); Brown, Cai and DasGupta, "Interval estimation for a
 * binomial proportion" (2001), on why.
 */
export function estimateShare(k: number, n: number, deviations = NINETY_FIVE_PERCENT): ShareInterval {
  if (!(n > 0)) return { low: 0, high: 1 }
  const [share, square] = [k / n, deviations * deviations]
  const centre = (share + square / (2 * n)) / (1 + square / n)
  const half = (deviations / (1 + square / n)) * Math.sqrt((share * (1 - share)) / n + square / (4 * n * n))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
