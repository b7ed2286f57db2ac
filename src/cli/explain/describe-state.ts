import type { AlertInstance, FiringAlert, PendingAlert } from '../../model/alert-instance.js'
import type { Timestamp } from '../../model/time.js'
import type { Explanation } from '../../replay/explain/explanation.js'
import { describeTime } from './words.js'

/** When a pending alert fires if its condition goes on to hold: at an evaluation. */
export function firesAt({ activeAt }: PendingAlert, { rule, group }: Explanation): Timestamp {
  return activeAt + Math.ceil(rule.forMs / group.intervalMs) * group.intervalMs
}

/** Where one alert stands, since when, and what comes next. */
export function describeState(alert: AlertInstance, explanation: Explanation): string {
  const { at } = explanation
  switch (alert.state) {
    case 'pending': {
      const next = `fires at ${describeTime(firesAt(alert, explanation), at)} if it goes on`
      return `pending since ${describeSince(alert.activeAt, explanation)}, ${next}`
    }
    case 'firing':
      return describeFiring(alert, explanation)
    case 'inactive':
      return `resolved at ${describeTime(alert.resolvedAt, at)}, fired from ${describeTime(alert.firedAt, at)}`
  }
}

function describeFiring(alert: FiringAlert, explanation: Explanation): string {
  const { activeAt, firedAt, keepFiringSince } = alert
  const { at, rule } = explanation
  const held = activeAt === firedAt ? '' : `, its condition held from ${describeSince(activeAt, explanation)}`
  const fires = `fires since ${describeSince(firedAt, explanation)}${held}`
  if (keepFiringSince === undefined) return fires
  const until = describeTime(keepFiringSince + rule.keepFiringForMs, at)
  return `${fires}; holds no more since ${describeTime(keepFiringSince, at)}, kept firing until ${until}`
}

/** What was so at the first evaluation that was looked at may have been so before. */
export function describeSince(since: Timestamp, { history, at }: Explanation): string {
  const first = history.evaluations[0]?.at
  const mayBeEarlier = !history.beginsQuiet && since === first
  return `${describeTime(since, at)}${mayBeEarlier ? ' or earlier' : ''}`
}
