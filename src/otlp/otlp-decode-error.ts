/** An OTLP request that cannot be understood. The message says what was found, where, and what was expected. */
export class OtlpDecodeError extends Error {
  override readonly name: string = 'OtlpDecodeError'
}

/** An OTLP request that says so much in so few bytes that reading it would take too much memory. */
export class OtlpTooLargeError extends OtlpDecodeError {
  override readonly name = 'OtlpTooLargeError'
}
