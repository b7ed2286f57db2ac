import { describeMute } from '../../dispatch/describe-mute.js'
import type { MutedAlert } from '../../dispatch/step-record.js'
import type { Alert } from '../../model/alert.js'
import { toFingerprint, type Fingerprint, type LabelSet } from '../../model/label-set.js'
import type { MuteReason } from '../../model/muter.js'
import type { OutgoingMessage, Target } from '../../model/outbox.js'
import type { Timestamp } from '../../model/time.js'
import type { RehearsedTelling } from './rehearsal.js'

/** A message that would have been sent. */
export interface RehearsedMessage {
  readonly at: Timestamp
  readonly receiver: string
  readonly target: Target
  readonly groupKey: string
  /** Undefined for anomalies, which have no group. */
  readonly group:
    | { readonly labels: LabelSet; readonly firing: number; readonly resolved: number }
    | undefined
  readonly message: OutgoingMessage['message']
}

/** How much one receiver would have been told. */
export interface ReceiverCount {
  readonly receiver: string
  /** Groups of alerts of which it would have been told. */
  readonly groups: number
  readonly messages: number
}

/** Alerts of which nobody was told at one look or more, for one reason. */
export interface MutedCount {
  readonly kind: MuteReason['kind']
  /** Which silence, window, rule or interval. */
  readonly name: string
  /** In words, as it was the first time. */
  readonly text: string
  /** Each that fired counts once. */
  readonly alerts: number
}

/** Who would have been told, and of what. */
export interface DeliveryReport {
  /** Groups of which somebody would have been told. */
  readonly groups: number
  /** Alerts that fired and were handed on. */
  readonly alerts: number
  /** Those of them of which somebody would have been told. */
  readonly toldAlerts: number
  readonly receivers: readonly ReceiverCount[]
  readonly muted: readonly MutedCount[]
  /** In order of time. */
  readonly messages: readonly RehearsedMessage[]
  /** Messages beyond what is kept, which are only counted. */
  readonly unkept: number
}

/** Gathers what a rehearsal comes to, within bounds. */
export interface DeliveryRecord {
  noteAlerts(alerts: readonly Alert[]): void
  noteTold(telling: RehearsedTelling): void
  noteMuted(muted: readonly MutedAlert[]): void
  report(): DeliveryReport
}

const MOST_MESSAGES = 10_000
const MOST_CHARACTERS = 64 * 1024 * 1024

interface OpenMuted extends Omit<MutedCount, 'alerts'> {
  readonly alerts: Set<string>
}

/** `receivers` are told of even where nobody told them anything. */
export function createDeliveryRecord(receivers: readonly string[]): DeliveryRecord {
  const startedAt = new Map<Fingerprint, Timestamp>()
  const [fired, told, groups] = [new Set<string>(), new Set<string>(), new Set<string>()]
  const counts = new Map(receivers.map((name) => [name, { groups: new Set<string>(), messages: 0 }]))
  const muted = new Map<string, OpenMuted>()
  const messages: RehearsedMessage[] = []
  let [characters, unkept] = [0, 0]

  function keep(message: RehearsedMessage): void {
    characters += message.message.body.length
    if (messages.length < MOST_MESSAGES && characters <= MOST_CHARACTERS) messages.push(message)
    else unkept += 1
  }

  function count({ receiver, notification, messages: sent }: RehearsedTelling): void {
    const own = counts.get(receiver) ?? { groups: new Set(), messages: 0 }
    counts.set(receiver, own)
    own.messages += sent.length
    if (notification === undefined) return
    own.groups.add(notification.groupKey)
    groups.add(notification.groupKey)
  }

  return {
    noteAlerts: (alerts) => {
      for (const alert of alerts) {
        startedAt.set(toFingerprint(alert.labels), alert.startsAt)
        fired.add(toKey(alert.labels, alert.startsAt))
      }
    },
    noteTold: (telling) => {
      if (telling.messages.length === 0) return
      count(telling)
      for (const { labels, startsAt } of telling.notification?.alerts ?? []) told.add(toKey(labels, startsAt))
      for (const each of telling.messages) keep(toRehearsed(telling, each))
    },
    noteMuted: (alerts) => {
      for (const { labels, reason } of alerts) {
        const [kind, name] = [reason.kind, nameOf(reason)]
        const key = JSON.stringify([kind, name])
        const own = muted.get(key) ?? { kind, name, text: describeMute(reason), alerts: new Set() }
        muted.set(key, own)
        own.alerts.add(toKey(labels, startedAt.get(toFingerprint(labels)) ?? 0))
      }
    },
    report: () => ({
      groups: groups.size,
      alerts: fired.size,
      toldAlerts: told.size,
      receivers: Array.from(counts, ([receiver, own]) => ({ ...own, receiver, groups: own.groups.size })),
      muted: Array.from(muted.values(), (own) => ({ ...own, alerts: own.alerts.size })),
      messages,
      unkept,
    }),
  }
}

/** One label set may fire several times. */
function toKey(labels: LabelSet, startsAt: Timestamp): string {
  return `${toFingerprint(labels)} ${startsAt}`
}

function toRehearsed(
  { at, receiver, notification }: RehearsedTelling,
  { target, groupKey, message }: OutgoingMessage,
): RehearsedMessage {
  const firing = notification?.alerts.filter(({ status }) => status === 'firing').length ?? 0
  const group = notification && {
    labels: notification.groupLabels,
    firing,
    resolved: notification.alerts.length - firing,
  }
  return { at, receiver, target, groupKey, group, message }
}

function nameOf(reason: MuteReason): string {
  switch (reason.kind) {
    case 'silence':
      return reason.id
    case 'inhibition':
      return `inhibit_rules[${reason.rule}]`
    case 'maintenance':
    case 'mute-time':
      return reason.name
    case 'outside-active-time':
      return reason.names.join(', ')
  }
}
