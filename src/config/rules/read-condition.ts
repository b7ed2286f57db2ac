import type { ValueCondition } from '../../model/alerting-rule.js'
import { parse, TraceqlError, type Static } from '../../traceql/index.js'

const NANOS_PER_SECOND = 1e9
/** Comparisons of series are written so in TraceQL, which knows all forms of numbers. */
const BEFORE = '{ } | rate() '

/** The condition in a text such as `< 5` or `<= 1.5s`, where a duration counts in seconds; undefined for any other text. */
export function readCondition(text: string): ValueCondition | undefined {
  const root = parseRoot(`${BEFORE}${text}`)
  if (root?.kind !== 'SeriesFilter' || root.source.kind !== 'MetricsPipeline') return undefined
  const value = toNumber(root.value)
  return value === undefined ? undefined : { comparison: root.operator, value }
}

function parseRoot(query: string): ReturnType<typeof parse>['root'] | undefined {
  try {
    const { root, hints } = parse(query)
    return hints.length === 0 ? root : undefined
  } catch (error) {
    if (error instanceof TraceqlError) return undefined
    throw error
  }
}

/** A constant that series are compared with as a number; undefined for one that is none. */
export function toNumber({ type, value }: Static): number | undefined {
  if (type === 'duration') return Number(value) / NANOS_PER_SECOND
  return type === 'int' || type === 'float' ? Number(value) : undefined
}
