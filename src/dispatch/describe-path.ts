import { formatMatchers } from '../model/format-matchers.js'
import type { RouteStep } from './match-routes.js'

const MARKS = { taken: '●', entered: '○', 'not matched': '✗', 'not asked': '·' } as const

/**
 * The way of an alert through the routing tree, a line for each route:
 *
 *     ○ route → all: entered
 *       ✗ {team="db"} → db: not matched
 *       ● {severity="page"} → oncall: taken
 */
export function describePath(steps: readonly RouteStep[]): readonly string[] {
  return steps.map(({ route, depth, outcome }) => {
    const what = depth === 0 ? 'route' : formatMatchers(route.matchers)
    const goesOn = outcome === 'taken' && route.continue ? ', and those after it are asked too' : ''
    return `${'  '.repeat(depth)}${MARKS[outcome]} ${what} → ${route.receiver}: ${outcome}${goesOn}`
  })
}
