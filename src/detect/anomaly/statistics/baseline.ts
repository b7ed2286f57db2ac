/** What a series came to so far. */
export interface Baseline {
  readonly mean: number
  /** The standard deviation. */
  readonly deviation: number
  /** How much it is known by: the number of values, of which old ones may count for less. */
  readonly weight: number
}
