/** TraceQL's integers have 64 bits and wrap around, as Go's do. */
export function wrapInt(value: bigint): bigint {
  return BigInt.asIntN(64, value)
}
