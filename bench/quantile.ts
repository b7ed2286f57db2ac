/** The smallest value that at least this share (0 to 1) of the values do not exceed. Throws where there are none. */
export function quantile(share: number, values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  if (value === undefined) throw new Error('there is no quantile of no values')
  return value
}

export function median(values: readonly number[]): number {
  return quantile(0.5, values)
}

/** To so many significant digits, as a figure is told. */
export function round(value: number, digits = 3): number {
  return Number(value.toPrecision(digits))
}
