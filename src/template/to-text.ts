import { toValue } from 'liquidjs'
import { describeThrown } from '../model/describe-thrown.js'

/** A value as Liquid prints it. */
export function toText(given: unknown): string {
  const value: unknown = toValue(given)
  if (value === undefined || value === null) return ''
  return Array.isArray(value) ? value.map(toText).join('') : describeThrown(value)
}
