import { suggest } from '../../config/suggest.js'
import type { RuleGroup } from '../../model/alerting-rule.js'
import type { RuleInGroup } from '../../replay/explain/explanation.js'
import { InputError } from '../query/input-error.js'

/** More are not listed where none is found. */
const MOST_LISTED = 50

/**
 * The rule of this name: that of its alert, `group/alert`, or `file:line`. Throws an `InputError` where there is none, with
 * what may have been meant, or where there are several.
 */
export function findRule(groups: readonly RuleGroup[], name: string): RuleInGroup {
  const all = groups.flatMap((group) => group.rules.map((rule): RuleInGroup => ({ group, rule })))
  const found = NAMES.map((nameOf) => all.filter((each) => nameOf(each) === name)).find(
    ({ length }) => length > 0,
  )
  const [first, ...others] = found ?? []
  if (first === undefined) throw notFound(all, name)
  if (others.length > 0) throw ambiguous([first, ...others], name)
  return first
}

const alertOf = ({ rule }: RuleInGroup): string => rule.alert
const pathOf = ({ group, rule }: RuleInGroup): string => `${group.name}/${rule.alert}`
const placeOf = ({ rule: { place } }: RuleInGroup): string => `${place.file}:${place.line}`

const NAMES = [alertOf, pathOf, placeOf]

function notFound(all: readonly RuleInGroup[], name: string): InputError {
  const known = [...new Set([...all.map(alertOf), ...all.map(pathOf)])]
  const hint = suggest(name, known)
  const problem = `RULE: found ${JSON.stringify(name)}, expected the name of a rule${hint === undefined ? '' : `; ${hint}`}`
  return new InputError([problem, ...list(all)].join('\n'))
}

function ambiguous(found: readonly RuleInGroup[], name: string): InputError {
  const problem = `RULE: ${found.length} rules are called ${JSON.stringify(name)}, expected group/alert or file:line of one of them`
  return new InputError([problem, ...list(found)].join('\n'))
}

function list(rules: readonly RuleInGroup[]): readonly string[] {
  const more = rules.length - MOST_LISTED
  const lines = rules.slice(0, MOST_LISTED).map((each) => `  ${pathOf(each)} (${placeOf(each)})`)
  return more > 0 ? [...lines, `  and ${more} more`] : lines
}
