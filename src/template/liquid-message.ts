import { LiquidError } from 'liquidjs'
import { describeThrown } from '../model/describe-thrown.js'
import { fromLiquidName } from './dollar-names.js'

/** What Liquid appends to its messages. */
const PLACE = /, line:\d+, col:\d+$/

/** What Liquid says went wrong, without the place and with the names that the user wrote. */
export function toLiquidMessage(error: unknown): string {
  if (error instanceof RangeError) return 'nested too deeply'
  const cause: unknown = LiquidError.is(error) ? (error.originalError ?? error) : error
  return fromLiquidName((cause instanceof Error ? cause.message : describeThrown(cause)).replace(PLACE, ''))
}
