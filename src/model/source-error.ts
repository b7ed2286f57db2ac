/**
 * Why a source gave no answer. `transient`: out of reach or overloaded, the same question may succeed later.
 * `unsupported`: this backend never answers this kind of question. `rejected`: it refused this one. `failed`: it broke
 * on this one. `invalid`: its answer could not be understood.
 */
export type SourceErrorReason = 'transient' | 'unsupported' | 'rejected' | 'failed' | 'invalid'

export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly reason: SourceErrorReason
  /** What the backend said of it. */
  readonly detail: string | undefined
  /** What the user can do about it. */
  readonly hint: string | undefined
  /** How long the backend wants to be left alone, in milliseconds; undefined where it does not say. */
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    options: {
      reason: SourceErrorReason
      retryAfterMs?: number | undefined
      detail?: string | undefined
      hint?: string | undefined
      cause?: unknown
    },
  ) {
    super(message, { cause: options.cause })
    this.reason = options.reason
    this.detail = options.detail
    this.hint = options.hint
    this.retryAfterMs = options.retryAfterMs
  }
}
