import { type Context, defaultOperators, Liquid } from 'liquidjs'
import { limitFilters, sizeOf } from './filters.js'
import { jsonFilter } from './json-filter.js'
import type { TemplateLinks } from './template-links.js'
import { toText } from './to-text.js'

export const LONGEST_TEMPLATE = 8192
/** Characters and elements that one rendering may make or look at. */
const MOST_MEMORY = 200_000
const TAGS: ReadonlySet<string> = new Set([
  '#',
  'assign',
  'break',
  'case',
  'comment',
  'continue',
  'for',
  'if',
  'raw',
  'unless',
])

export interface EngineOptions {
  readonly links: TemplateLinks
  /** Whether parsing goes on after a fault, to find the others. */
  readonly findAll: boolean
  /** Whether there are the filters `json`, for templates that write a document, and `raw`, for those of which values are escaped. */
  readonly json?: boolean
  /** What is done to each value that is written, unless its last filter is `raw`. */
  readonly escape?: Escape | undefined
}

/** Makes a text such as its medium shows it as it is. */
export type Escape = (text: string) => string

/**
 * Liquid with what a message needs: no files, no clock, no chance, no other template, and a bound on what a rendering
 * may use. How long it takes follows from the bounds and not from a clock, so that a replay gives the same text.
 */
export function createEngine({ links, findAll, json = false, escape }: EngineOptions): Liquid {
  const engine = new Liquid({
    ...(escape === undefined ? {} : { outputEscape: (value: unknown) => escape(toText(value)) }),
    catchAllErrors: findAll,
    memoryLimit: MOST_MEMORY,
    operators: boundedOperators(),
    ownPropertyOnly: true,
    parseLimit: LONGEST_TEMPLATE,
    strictFilters: true,
    templates: {},
  })
  for (const name of Object.keys(engine.tags)) if (!TAGS.has(name)) delete engine.tags[name]
  limitFilters(engine, links)
  if (json) engine.registerFilter('json', jsonFilter)
  if (json) engine.registerFilter('raw', { raw: true, handler: (value: unknown) => value })
  return engine
}

type Operators = typeof defaultOperators

/** Liquid's own comparisons are free, however long the values are. */
function boundedOperators(): Operators {
  const operators = Object.entries(defaultOperators).map(([name, compare]) => {
    if (NOT_COMPARING.has(name)) return [name, compare] as const
    const bounded = (left: unknown, right: unknown, context: Context): OperatorResult => {
      context.memoryLimit.use(sizeOf(left) + sizeOf(right))
      return compare(left, right, context)
    }
    return [name, bounded] as const
  })
  return Object.fromEntries(operators)
}

type OperatorResult = ReturnType<Operators[string]>
const NOT_COMPARING: ReadonlySet<string> = new Set(['and', 'or', 'not'])
