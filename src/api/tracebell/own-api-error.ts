/** A request that is answered with an error; its message is for whoever asks. */
export class OwnApiError extends Error {
  override readonly name = 'OwnApiError'

  constructor(
    readonly status: number,
    message: string,
    /** The methods that are answered, where another was asked. */
    readonly allow?: string | undefined,
  ) {
    super(message)
  }
}
