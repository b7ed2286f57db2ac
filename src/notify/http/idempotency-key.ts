import { digestOf } from '../text/digest-of.js'

const PLAIN = /^[\x21-\x7e]{1,200}$/

/** The key as the header `Idempotency-Key` can hold it: itself, or its digest where it cannot. */
export function toIdempotencyHeader(key: string): string {
  return PLAIN.test(key) ? key : digestOf(key)
}
