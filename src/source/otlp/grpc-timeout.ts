/** What a unit is in milliseconds. */
const UNITS_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
}

/** The milliseconds in a `grpc-timeout`, rounded up; undefined for what is none. */
export function parseGrpcTimeout(text: string): number | undefined {
  const [, amount, unit] = /^([0-9]{1,8})([HMSmun])$/.exec(text) ?? []
  const unitMs = unit === undefined ? undefined : UNITS_MS[unit]
  return unitMs === undefined ? undefined : Math.ceil(Number(amount) * unitMs)
}
