import type { AlertId } from '../model/alert-id.js'
import type { Alert } from '../model/alert.js'
import type { Notice } from '../model/notice.js'
import type { Notification } from '../model/notification.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import { countByLabels, summarizeAlerts } from './summarize-alerts.js'
import type { Telling, TellingAlert } from './telling.js'
import { findAgain, toIdempotencyKey } from './to-idempotency-key.js'

const DAY_MS = 24 * 60 * MINUTE_MS
/** As long as the outbox knows keys at least: an alert that is told again must be known to have been told before. */
const KEPT_MS = DAY_MS
/** While somebody is owed an end, what they were told is remembered for at least so long. */
const OWED_KEPT_MS = 30 * DAY_MS
/** Of those owed the newest are kept. */
const MOST_OWED = 20_000

/** What the log says of a group once it is told, or noted. */
export function toNotice(
  telling: Telling,
  { firing, resolved }: { readonly firing: readonly AlertId[]; readonly resolved: readonly AlertId[] },
): Notice {
  const { at, group, owed } = telling
  const ended = new Set(resolved)
  const stillOwed = [...new Set([...owed, ...firing])].filter((id) => !ended.has(id)).slice(-MOST_OWED)
  const { key, route } = group
  const keptMs = Math.max(2 * route.repeatIntervalMs, stillOwed.length === 0 ? KEPT_MS : OWED_KEPT_MS)
  const isOwed = new Set(stillOwed)
  const again = [...findAgain(telling)].filter(([id]) => isOwed.has(id))
  return {
    groupKey: key,
    receiver: route.receiver,
    at,
    firing,
    resolved,
    owed: stillOwed,
    ...(again.length === 0 ? {} : { again: new Map(again) }),
    expiresAt: at + keptMs,
  }
}

export interface NotificationOptions {
  readonly sendResolved: boolean
  readonly externalUrl: string
}

/** What a receiver is told of a group; undefined where it would hear only of ends, and does not want to. */
export function toNotification(telling: Telling, options: NotificationOptions): Notification | undefined {
  const { at, group } = telling
  const wanted = telling.alerts.filter(({ alert }) => options.sendResolved || alert.status === 'firing')
  if (wanted.length === 0) return undefined
  const alerts = wanted.toSorted(compare).map(({ alert }) => alert)
  return {
    lane: 'alerts',
    receiver: group.route.receiver,
    at,
    idempotencyKey: toIdempotencyKey(telling, wanted),
    groupKey: group.key,
    groupLabels: group.labels,
    alerts,
    foldedNote: toNote(telling, alerts, options.externalUrl),
    externalUrl: options.externalUrl,
    ...(areOnlyEndsNew(telling) ? { isOnlyForEnds: true } : {}),
  }
}

/** Whether nothing begins with it, nor is repeated, nor with what is folded into it. */
function areOnlyEndsNew(telling: Telling): boolean {
  return [telling, ...(telling.folded?.tellings ?? [])].every(
    ({ reason }) => reason === 'some have ended' || reason === 'all have ended',
  )
}

/** Those that fire first, then those that began first. */
function compare(a: TellingAlert, b: TellingAlert): number {
  if (a.alert.status !== b.alert.status) return a.alert.status === 'firing' ? -1 : 1
  return a.alert.startsAt - b.alert.startsAt || (a.held.fingerprint < b.held.fingerprint ? -1 : 1)
}

/** What was folded into it, and what it is made of where it is large; undefined where there is nothing to say. */
function toNote(telling: Telling, alerts: readonly Alert[], externalUrl: string): string | undefined {
  const { route, labels } = telling.group
  const summary = summarizeAlerts(alerts, { receiver: route.receiver, labels, externalUrl })
  const notes = [describeFolded(telling), summary].filter((note) => note !== undefined)
  return notes.length === 0 ? undefined : notes.join('. ')
}

/** `and 37 more alerts in 4 groups since 10:04 UTC (service cart 20, mail 17)` */
function describeFolded({ folded }: Telling): string | undefined {
  if (folded === undefined || folded.tellings.length === 0) return undefined
  const alerts = folded.tellings.flatMap((each) => each.alerts.map(({ alert }) => alert))
  const [many, groups] = [count(alerts.length, 'more alert'), count(folded.tellings.length, 'group')]
  return `and ${many} in ${groups} since ${toClockTime(folded.since)} UTC${countByLabels(alerts)}`
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`
}

function toClockTime(at: Timestamp): string {
  return new Date(at).toISOString().slice(11, 16)
}
