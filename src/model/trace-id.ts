/** A trace id as 32 lower-case hex digits, so that it can be a key: Tempo leaves out leading zeros, OTLP does not. */
export type TraceId = string

const HEX_ID = /^[0-9a-f]{1,32}$/i

/** The trace id in this text of 1 to 32 hex digits, padded with leading zeros; undefined for any other text. */
export function parseTraceId(text: string): TraceId | undefined {
  return HEX_ID.test(text) ? text.toLowerCase().padStart(32, '0') : undefined
}

/** The hex digits of an id without leading zeros, as Tempo shows trace ids. */
export function trimZeros(id: string): string {
  return id.replace(/^0+/, '')
}
