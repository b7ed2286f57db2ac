/** How often something comes, in milliseconds after the start. */
export interface InputTimes {
  readonly at?: number | undefined
  readonly every?: number | undefined
  readonly to?: number | undefined
  readonly times?: number | undefined
}

/** One input comes no more often than this. */
export const MOST_TIMES = 100_000

/**
 * The moments at which an input comes, in milliseconds after the start: once, unless it says how often, until when or how
 * many times.
 */
export function createTimes(
  { at = 0, every, to, times }: InputTimes,
  { intervalMs, lastMs }: { readonly intervalMs: number; readonly lastMs: number },
): readonly number[] {
  if (every === undefined && to === undefined && times === undefined) return [at]
  const step = every ?? intervalMs
  const until = to ?? (times === undefined ? lastMs : Number.POSITIVE_INFINITY)
  const fitting = until < at ? 0 : Math.floor((until - at) / step) + 1
  const count = Math.min(times ?? MOST_TIMES, fitting, MOST_TIMES)
  return Array.from({ length: count }, (_, index) => at + index * step)
}
