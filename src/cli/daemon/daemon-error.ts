/** A running tracebell that could not be asked, or refused what it was asked for. The message says what to do. */
export class DaemonError extends Error {
  override readonly name = 'DaemonError'

  constructor(
    /** `input`: what was asked is wrong, or who asks may not. `daemon`: there is no answer. */
    readonly fault: 'input' | 'daemon',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
