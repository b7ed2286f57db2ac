import { toQueryText } from '../../model/query-text.js'
import type { DaemonAlert, DaemonRule, DaemonState } from '../../replay/explain/ask-daemon.js'
import type { Explanation } from '../../replay/explain/explanation.js'
import { section, wrap } from './section.js'
import { describeLabels } from './words.js'

/** More are at its API. */
const SHOWN_ALERTS = 5

/** Where the running tracebell sees the rule: its own state, not the one that was worked out here. */
export function formatDaemon({ url, rule }: DaemonState, explanation: Explanation): string {
  const title = `RUNNING TRACEBELL  at ${url}`
  if (rule === undefined) return section(title, ['it has no such rule'])
  const more = rule.alerts.length - SHOWN_ALERTS
  return section(title, [
    ...wrap(describeRule(rule)),
    ...(rule.window === undefined ? [] : wrap(`it looked at ${rule.window.start} to ${rule.window.end}`)),
    ...rule.alerts.slice(0, SHOWN_ALERTS).flatMap((alert) => wrap(describeAlert(alert), 2)),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(rule.expr.trim() === toQueryText(explanation.rule).trim() ? [] : wrap(DIFFERS)),
  ])
}

const DIFFERS =
  'Its rule asks something else than the file that was read here: it may not have read the file again yet.'

function describeRule({ state, verdict, lastError, lastEvaluation }: DaemonRule): string {
  const evaluated = lastEvaluation.startsWith('0001-')
    ? 'not evaluated yet'
    : `last evaluated at ${lastEvaluation}`
  const came = verdict === undefined ? '' : `, which came to ${verdict}`
  return `${state}, ${evaluated}${came}${lastError === undefined ? '' : `: ${lastError}`}`
}

function describeAlert({ labels, state, activeAt, value }: DaemonAlert): string {
  return `${describeLabels(labels) ?? 'the alert'} ${state}, active since ${activeAt}, value ${Number(value)}`
}
