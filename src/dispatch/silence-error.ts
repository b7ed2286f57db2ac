/**
 * Why a silence cannot be kept or ended:
 * - `invalid`: it is not as a silence must be
 * - `unknown`: there is none with this id
 * - `expired`: it has ended already
 * - `full`: there are as many as there may be
 */
export type SilenceErrorKind = 'invalid' | 'unknown' | 'expired' | 'full'

export class SilenceError extends Error {
  override readonly name = 'SilenceError'

  constructor(
    readonly kind: SilenceErrorKind,
    message: string,
  ) {
    super(message)
  }
}
