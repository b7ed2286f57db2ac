/**
 * The least scale on which something is judged. A series that hardly ever varies would else make an alarm of the first
 * value that differs by a hair.
 */
export interface ScaleFloor {
  /** In the units of the values. */
  readonly absolute: number
  /** Of the value around which the series lies. */
  readonly share: number
}

/** By how many scales a value lies above the centre, or below it where negative, the scale being no smaller than its floor. */
export function countScales(value: number, centre: number, scale: number, floor: ScaleFloor): number {
  const judged = Math.max(scale, floor.absolute, floor.share * Math.abs(centre))
  const away = value - centre
  if (away === 0) return 0
  return away / judged
}
