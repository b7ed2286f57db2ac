/**
 * Why a query has no answer. `input`: what was asked, or the file, is at fault. `source`: the source gave no answer, and
 * may give one later.
 */
export class QueryError extends Error {
  override readonly name = 'QueryError'
  readonly fault: 'input' | 'source'

  constructor(fault: QueryError['fault'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}
