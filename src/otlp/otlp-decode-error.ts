/** An OTLP request that cannot be understood. The message says what was found, where, and what was expected. */
export class OtlpDecodeError extends Error {
  override readonly name = 'OtlpDecodeError'
}
