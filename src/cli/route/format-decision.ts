import type {
  EncodedDecision,
  EncodedGroup,
  EncodedRoute,
  EncodedStep,
} from '../../api/tracebell/encode-decision.js'
import { formatDurationMs } from '../../model/duration.js'
import { printable } from '../query/printable.js'

const OUTCOMES: Readonly<Record<EncodedStep['outcome'], string>> = {
  taken: '<- taken',
  entered: 'matches',
  'not matched': 'does not match',
  'not asked': 'not asked, as one before it matches',
}

/** A decision for people: the tree with the way that was taken, and what happens on each route. */
export function formatDecision({ path, routes, receivers }: EncodedDecision): string {
  const isMuted = routes.every(({ mutes }) => mutes.length > 0)
  const lines = [
    ...path.map(formatStep),
    '',
    ...routes.flatMap(formatRoute),
    `goes to: ${receivers.join(', ')}${isMuted ? '; nobody is told now' : ''}`,
  ]
  return lines.map((line) => `${printable(line)}\n`).join('')
}

function formatStep({ depth, matchers, receiver, outcome, ...step }: EncodedStep): string {
  const goesOn = step.continue ? ', continue' : ''
  return `${'  '.repeat(depth)}${depth === 0 ? 'route' : matchers} -> ${receiver}${goesOn}  ${OUTCOMES[outcome]}`
}

function formatRoute(route: EncodedRoute): readonly string[] {
  const { receiver, groupKey, mutes, group, groupWaitMs, groupIntervalMs, repeatIntervalMs } = route
  const [wait, interval, repeat] = [groupWaitMs, groupIntervalMs, repeatIntervalMs].map(formatDurationMs)
  return [
    `${receiver}:`,
    `  group ${groupKey}`,
    `  told after ${wait}, of changes every ${interval}, again every ${repeat}`,
    ...mutes.map((reason) => `  ${reason}`),
    ...(group === undefined ? [] : formatGroup(group)),
  ]
}

function formatGroup({ alerts, dueAt, steps }: EncodedGroup): readonly string[] {
  const next = dueAt === undefined ? '' : `, looked at next at ${dueAt}`
  return [
    `  now ${alerts} alert${alerts === 1 ? '' : 's'}${next}`,
    ...steps.map(({ stage, at, text }) => `  ${at} ${stage}: ${text}`),
  ]
}
