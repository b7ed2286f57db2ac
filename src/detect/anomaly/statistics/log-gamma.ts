/** Terms of Stirling's series, B(2n) / 2n(2n − 1): Abramowitz and Stegun, "Handbook of Mathematical Functions", 6.1.41. */
const SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360]
const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI)
/** From here on the terms above suffice for a relative error of 1e-15. */
const LARGE = 12

/** ln Γ(x) for x above 0, where Γ(n + 1) = n!. Its error is below 1e-13, or 1e-15 of it where that is more. */
export function logGamma(x: number): number {
  let [large, below] = [x, 1]
  for (; large < LARGE; large += 1) below *= large
  return stirling(large) - Math.log(below)
}

function stirling(x: number): number {
  const square = 1 / (x * x)
  let sum = 0
  for (let index = SERIES.length - 1; index >= 0; index -= 1) sum = sum * square + (SERIES[index] ?? 0)
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + sum / x
}

/** ln of the beta function, Γ(a)Γ(b) / Γ(a + b). */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** ln of the number of ways to choose k of n. */
export function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)
}
