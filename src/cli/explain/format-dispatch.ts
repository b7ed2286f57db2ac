import { formatDurationMs } from '../../config/duration.js'
import { describeMute } from '../../decide-route.js'
import type { DecidedAlert } from '../../replay/explain/decide-alerts.js'
import { section, wrap } from './section.js'
import { describeLabels } from './words.js'

/** What dispatch would do with the alerts, and whether the silences of a running tracebell are in it. */
export interface DispatchFacts {
  readonly alerts: readonly DecidedAlert[]
  readonly hasSilences: boolean
}

/** More are in the JSON. */
const SHOWN_ALERTS = 5

/** Who would be told of each alert that fires or is pending, and what keeps it from them. */
export function formatDispatch({ alerts, hasSilences }: DispatchFacts): string {
  const more = alerts.length - SHOWN_ALERTS
  const silences = hasSilences ? 'with the silences of the running tracebell' : 'without silences'
  return section(`DISPATCH  by the settings, ${silences}`, [
    ...(alerts.length === 0 ? ['nobody is told: no alert is pending or fires'] : []),
    ...alerts.slice(0, SHOWN_ALERTS).flatMap(formatAlert),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(alerts.length === 0 ? [] : wrap(NO_INHIBITION)),
  ])
}

const NO_INHIBITION =
  'Inhibition is not in it, as alerts of other rules are not looked at; tracebell alerts shows it of a running one.'

function formatAlert({ alert, decision }: DecidedAlert): readonly string[] {
  return [
    ...wrap(`${describeLabels(alert.labels) ?? 'the alert'} ${alert.state}`, 2),
    ...decision.routes.flatMap(formatRoute).flatMap((line) => indent(wrap(line, 2))),
  ]
}

function formatRoute({
  route,
  groupKey,
  mutes,
}: DecidedAlert['decision']['routes'][number]): readonly string[] {
  const [wait, interval, repeat] = [route.groupWaitMs, route.groupIntervalMs, route.repeatIntervalMs].map(
    formatDurationMs,
  )
  return [
    `-> ${route.receiver}: group ${groupKey}, told after ${wait}, of changes every ${interval}, again every ${repeat}`,
    ...mutes.map(describeMute),
  ]
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
