import { toAlertId } from '../../model/alert-id.js'
import type { LabelSet } from '../../model/label-set.js'
import type { MuteReason } from '../../model/muter.js'
import type { Timestamp } from '../../model/time.js'
import type { ShownAlert } from '../../dispatch/show-dispatch.js'

/** Whether somebody is told of an alert, as Alertmanager has it. */
export interface AlertStatus {
  readonly state: 'active' | 'suppressed' | 'unprocessed'
  /** Ids of silences. */
  readonly silencedBy: readonly string[]
  /** Ids of the alerts that fire in its stead. */
  readonly inhibitedBy: readonly string[]
  /** Names of time intervals and maintenance windows. */
  readonly mutedBy: readonly string[]
}

/** What becomes of an alert. */
export function toAlertStatus({ mutes, isProcessed }: ShownAlert): AlertStatus {
  const by = (read: (reason: MuteReason) => readonly string[]): readonly string[] => [
    ...new Set(mutes.flatMap(read)),
  ]
  return {
    inhibitedBy: by((reason) => (reason.kind === 'inhibition' ? [toAlertId(reason.source)] : [])),
    mutedBy: by(intervalsOf),
    silencedBy: by((reason) => (reason.kind === 'silence' ? [reason.id] : [])).toSorted(),
    state: mutes.length > 0 ? 'suppressed' : isProcessed ? 'active' : 'unprocessed',
  }
}

function intervalsOf(reason: MuteReason): readonly string[] {
  if (reason.kind === 'maintenance' || reason.kind === 'mute-time') return [reason.name]
  return reason.kind === 'outside-active-time' ? reason.names : []
}

/** One alert in Alertmanager's shape. */
export function encodeAlert(shown: ShownAlert): object {
  const { alert, receivers, updatedAt } = shown
  return {
    annotations: encodeLabels(alert.annotations),
    endsAt: encodeTime(alert.endsAt),
    fingerprint: toAlertId(alert.labels),
    receivers: receivers.map((name) => ({ name })),
    startsAt: encodeTime(alert.startsAt),
    status: toAlertStatus(shown),
    updatedAt: encodeTime(updatedAt),
    ...(alert.generatorUrl === '' ? {} : { generatorURL: alert.generatorUrl }),
    labels: encodeLabels(alert.labels),
  }
}

/** In the order of their names. No name can reach a prototype. */
export function encodeLabels(labels: LabelSet): object {
  return Object.fromEntries([...labels].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** A moment as Alertmanager writes it: RFC 3339 with milliseconds, in UTC. One that cannot be written is moved to where it can. */
export function encodeTime(at: Timestamp): string {
  return new Date(Math.min(Math.max(at, EARLIEST), LATEST)).toISOString()
}

const EARLIEST = Date.parse('0001-01-01T00:00:00Z')
const LATEST = Date.parse('9999-12-31T23:59:59.999Z')
