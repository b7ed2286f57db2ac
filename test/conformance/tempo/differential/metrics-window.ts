/** The time a metrics query is asked about, in Unix seconds. Without a step, one value for all of it. */
export interface MetricsWindow {
  readonly start: number
  readonly end: number
  readonly step: number | undefined
}
