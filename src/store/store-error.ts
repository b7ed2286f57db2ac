/**
 * Why a store cannot do what it is asked for:
 * - `in-use`: another process has the data directory
 * - `read-only`: the file or its folder cannot be written
 * - `newer`: the file was written by a later version of tracebell; it is left as it is
 * - `foreign`: the file is a database of something else; it is left as it is
 * - `unusable`: it cannot be opened for another reason
 * - `full`: a bound of the store itself is reached; nothing was kept
 * - `closed`: the store has been closed
 */
export type StoreErrorKind = 'in-use' | 'read-only' | 'newer' | 'foreign' | 'unusable' | 'full' | 'closed'

export class StoreError extends Error {
  override readonly name = 'StoreError'

  constructor(
    readonly kind: StoreErrorKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}
