import { type Liquid, toValue } from 'liquidjs'
import { ownFilters } from './own-filters.js'
import type { TemplateLinks } from './template-links.js'

/** Liquid's own that stay: of texts, numbers and lists. */
const KEPT = [
  'abs',
  'append',
  'at_least',
  'at_most',
  'capitalize',
  'ceil',
  'compact',
  'default',
  'divided_by',
  'downcase',
  'escape',
  'first',
  'floor',
  'join',
  'last',
  'map',
  'minus',
  'modulo',
  'plus',
  'prepend',
  'remove',
  'replace',
  'reverse',
  'round',
  'size',
  'slice',
  'sort',
  'split',
  'strip',
  'times',
  'truncate',
  'uniq',
  'upcase',
  'url_encode',
] as const

/** What a value costs to look at. */
export function sizeOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 1
}

/** Leaves an engine the filters that are of use in a message, each bounded, and adds Prometheus' and the links. */
export function limitFilters(engine: Liquid, links: TemplateLinks): void {
  const kept = KEPT.map((name) => [name, engine.filters[name]] as const)
  for (const name of Object.keys(engine.filters)) engine.unregisterFilter(name)
  for (const [name, filter] of kept) {
    if (typeof filter === 'function') engine.registerFilter(name, bounded(filter))
    else if (filter !== undefined)
      engine.registerFilter(name, { ...filter, handler: bounded(filter.handler) })
  }
  for (const [name, handler] of Object.entries(ownFilters(links))) engine.registerFilter(name, handler)
}

type LiquidHandler = Extract<Parameters<Liquid['registerFilter']>[1], (...args: never[]) => unknown>

function bounded(filter: LiquidHandler): LiquidHandler {
  return function charged(...given: unknown[]): unknown {
    const values = given.map((value): unknown => toValue(value))
    this.context.memoryLimit.use(values.reduce<number>((sum, value) => sum + sizeOf(value), 0))
    return Reflect.apply(filter, this, values)
  }
}
