/** How many values lie above half of `power` and not above `power`. */
interface PowerCount {
  readonly power: number
  readonly count: number
}

/**
 * The quantile of values that are known by powers of two only, in ascending order; 0 where there are none. As Tempo
 * does: the value of rank ⌈q·n⌉ (at least 1), placed by its rank on a logarithmic scale between the power below that has
 * values (half its own, if none has) and its own.
 */
export function estimateQuantile(quantile: number, counts: readonly PowerCount[]): number {
  const filled = counts.filter(({ count }) => count > 0)
  const total = filled.reduce((sum, { count }) => sum + count, 0)
  const rank = Math.max(1, Math.ceil(quantile * total))
  let before = 0
  let below: number | undefined
  for (const { power, count } of filled) {
    const least = below ?? power / 2
    if (before + count >= rank) return least * (power / least) ** ((rank - before) / count)
    before += count
    below = power
  }
  return 0
}
