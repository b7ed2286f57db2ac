/** Orders two times in nanoseconds, the earlier one first. */
export function compareNanos(a: bigint, b: bigint): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
