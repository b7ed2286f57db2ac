import { AssignTag, ForTag, type Template } from 'liquidjs'
import { toLiquidName } from './dollar-names.js'

const TRACES = toLiquidName('$traces')
/** How one of the traces is written. */
const ONE_OF = /^(?:\.(?:first|last)|\[-?\d{1,9}\])$/

/**
 * The names of a template that stand for a trace wherever they are used: those that `for` gives to `$traces` one by one,
 * and that `assign` gives to one of them.
 */
export function findTraceNames(templates: readonly Template[]): ReadonlySet<string> {
  const given = new Map<string, boolean>()
  for (const template of withChildren(templates)) {
    for (const name of namesGivenBy(template))
      given.set(name, givesTrace(template) && given.get(name) !== false)
  }
  return new Set([...given].flatMap(([name, isTrace]) => (isTrace ? [name] : [])))
}

function* withChildren(templates: readonly Template[]): Generator<Template> {
  for (const template of templates) {
    yield template
    // What a generator of Liquid comes to is what it returns.
    const children = template.children?.(false, true).next()
    if (children?.done === true) yield* withChildren(children.value)
  }
}

function namesGivenBy(template: Template): readonly string[] {
  const local = [...(template.localScope?.() ?? [])].map((token) => token.getText())
  return [...(template.blockScope?.() ?? []), ...local]
}

function givesTrace(template: Template): boolean {
  if (template instanceof ForTag) return template.collection.getText() === TRACES
  if (!(template instanceof AssignTag)) return false
  const [value] = template.arguments()
  if (value === undefined || !('initial' in value) || value.filters.length > 0) return false
  const [token, ...others] = value.initial.postfix
  const text = token?.getText() ?? ''
  return others.length === 0 && text.startsWith(TRACES) && ONE_OF.test(text.slice(TRACES.length))
}
