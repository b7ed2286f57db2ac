import { toValue } from 'liquidjs'
import { isLabelsRoot } from './label-node.js'

const DEEPEST = 8

/** What a template holds, as JSON has it: labels become an object of texts. What is nested deeper than 8 is left out. */
export function toPlain(given: unknown, depth = 0): unknown {
  if (isLabelsRoot(given))
    return Object.fromEntries([...given].map(([name, value]) => [wellFormed(name), wellFormed(value)]))
  const value: unknown = toValue(given)
  if (typeof value === 'string') return wellFormed(value)
  if (typeof value !== 'object' || value === null) return value ?? null
  if (depth >= DEEPEST) return null
  if (Array.isArray(value)) return value.map((each) => toPlain(each, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [wellFormed(name), toPlain(each, depth + 1)]),
  )
}

/** Half a surrogate pair is no Unicode. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8')
}
