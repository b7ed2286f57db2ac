import {
  describeMute,
  type ExplainedRoute,
  type Explanation,
  type RouteOutcome,
  type RouteStep,
} from '../../decide-route.js'
import { formatDurationMs } from '../../model/duration.js'
import { formatMatchers } from '../../model/format-matchers.js'
import { printable } from '../query/printable.js'
import { receiversOf } from './encode-decision.js'

const OUTCOMES: Readonly<Record<RouteOutcome, string>> = {
  taken: '<- taken',
  entered: 'matches',
  'not matched': 'does not match',
  'not asked': 'not asked, as one before it matches',
}

/** A decision for people: the tree with the way that was taken, and what happens on each route. */
export function formatDecision(decision: Explanation): string {
  const lines = [
    ...decision.path.map(formatStep),
    '',
    ...decision.routes.flatMap(formatRoute),
    `told: ${receiversOf(decision).join(', ')}`,
  ]
  return lines.map((line) => `${printable(line)}\n`).join('')
}

function formatStep({ route, depth, outcome }: RouteStep): string {
  const matchers = depth === 0 ? 'route' : formatMatchers(route.matchers)
  const goesOn = route.continue ? ', continue' : ''
  return `${'  '.repeat(depth)}${matchers} -> ${route.receiver}${goesOn}  ${OUTCOMES[outcome]}`
}

function formatRoute({ route, groupKey, mutes }: ExplainedRoute): readonly string[] {
  const { groupWaitMs, groupIntervalMs, repeatIntervalMs } = route
  const [wait, interval, repeat] = [groupWaitMs, groupIntervalMs, repeatIntervalMs].map(formatDurationMs)
  return [
    `${route.receiver}:`,
    `  group ${groupKey}`,
    `  told after ${wait}, of changes every ${interval}, again every ${repeat}`,
    ...mutes.map((reason) => `  ${describeMute(reason)}`),
  ]
}
