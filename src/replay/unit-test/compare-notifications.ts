import { isDeepStrictEqual } from 'node:util'
import { toFingerprint } from '../../model/label-set.js'
import type { OutgoingMessage } from '../../model/outbox.js'
import type { Timestamp } from '../../model/time.js'
import type { RehearsedTelling } from '../delivery/rehearsal.js'
import type { ExpectedNotification, ExpectedToldAlert } from './expected-notification.js'

/** A notification that is there, but not as it was expected. */
export interface DifferingNotification {
  readonly expected: ExpectedNotification
  readonly found: RehearsedTelling
  /** How they differ, each as it was expected and as it was found. */
  readonly differences: readonly NotificationDifference[]
}

export interface NotificationDifference {
  readonly what: string
  readonly expected: string
  readonly found: string
}

export interface NotificationComparison {
  readonly missing: readonly ExpectedNotification[]
  readonly unexpected: readonly RehearsedTelling[]
  readonly differing: readonly DifferingNotification[]
}

/** Pairs what was expected with what was found: first what is the same, then what is of the same group, in order of time. */
export function compareNotifications(
  expected: readonly ExpectedNotification[],
  found: readonly RehearsedTelling[],
  start: Timestamp,
): NotificationComparison {
  const left = [...found]
  const take = (isOwn: (telling: RehearsedTelling) => boolean): RehearsedTelling | undefined => {
    const index = left.findIndex(isOwn)
    return index < 0 ? undefined : left.splice(index, 1)[0]
  }
  const others = expected.filter(
    (each) => take((telling) => findDifferences(each, telling, start).length === 0) === undefined,
  )
  const missing: ExpectedNotification[] = []
  const differing: DifferingNotification[] = []
  for (const each of others) {
    const own = take((telling) => isOfGroup(each, telling))
    if (own === undefined) missing.push(each)
    else differing.push({ expected: each, found: own, differences: findDifferences(each, own, start) })
  }
  return { missing, unexpected: left, differing }
}

function isOfGroup({ groupLabels }: ExpectedNotification, { notification }: RehearsedTelling): boolean {
  if (groupLabels === undefined) return true
  return toFingerprint(groupLabels) === toFingerprint(notification?.groupLabels ?? new Map())
}

/** `resolved` where nothing of it fires any more; anomalies are always news. */
export function statusOf({ notification }: RehearsedTelling): 'firing' | 'resolved' {
  const isOver = notification?.alerts.every(({ status }) => status === 'resolved') ?? false
  return isOver ? 'resolved' : 'firing'
}

function findDifferences(
  expected: ExpectedNotification,
  found: RehearsedTelling,
  start: Timestamp,
): readonly NotificationDifference[] {
  const labels = found.notification?.groupLabels ?? new Map()
  const alerts = found.notification?.alerts ?? []
  return [
    ...differ('group_labels', expected.groupLabels && show(expected.groupLabels), show(labels)),
    ...differ('status', expected.status, statusOf(found)),
    ...differ(
      'sent_at',
      expected.sentAtMs && `${expected.sentAtMs / 1000}s`,
      `${(found.at - start) / 1000}s`,
    ),
    ...differ('alerts', expected.alerts && showAlerts(expected.alerts), showAlerts(alerts)),
    ...findMessageDifferences(expected, found.messages),
  ]
}

function differ(
  what: string,
  expected: string | number | undefined,
  found: string,
): readonly NotificationDifference[] {
  return expected === undefined || expected === found ? [] : [{ what, expected: String(expected), found }]
}

function show(labels: ReadonlyMap<string, string>): string {
  const inOrder = [...labels].toSorted(([left], [right]) => (left < right ? -1 : 1))
  return `{${inOrder.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`
}

function showAlerts(alerts: readonly ExpectedToldAlert[]): string {
  return alerts
    .map(({ labels, status }) => `${show(labels)} ${status}`)
    .toSorted()
    .join('; ')
}

function findMessageDifferences(
  { integration, contains, body }: ExpectedNotification,
  messages: readonly OutgoingMessage[],
): readonly NotificationDifference[] {
  if (contains.length === 0 && body === undefined && integration === undefined) return []
  const chosen = messages.filter(({ target }) => isOf(target, integration))
  if (chosen.length === 0) {
    const found = messages.map(({ target }) => target).join(', ') || 'no message'
    return [{ what: 'integration', expected: integration ?? 'a message', found }]
  }
  return chosen.flatMap(({ target, message }) => [
    ...contains
      .filter((text) => !textsOf(message.body).some((own) => own.includes(text)))
      .map((text) => ({ what: `${target} contains`, expected: text, found: message.body })),
    ...(body === undefined || isBody(body, message.body)
      ? []
      : [{ what: `${target} body`, expected: textOf(body), found: message.body }]),
  ])
}

/** `oncall/slack[0]` is of `slack` and of `slack[0]`. */
function isOf(target: string, integration: string | undefined): boolean {
  const own = target.slice(target.lastIndexOf('/') + 1)
  return integration === undefined || own === integration || own.replace(/\[\d+\]$/, '') === integration
}

/** The message as it is sent, and the texts in its JSON, in which nothing is escaped. */
function textsOf(body: string): readonly string[] {
  return [body, ...textsIn(parse(body))]
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

function isBody(expected: unknown, body: string): boolean {
  if (expected === body) return true
  const wanted = typeof expected === 'string' ? parse(expected) : expected
  return wanted !== undefined && isDeepStrictEqual(plain(wanted), parse(body))
}

/** Without the prototypes that a YAML reader may leave out. */
function plain(value: unknown): unknown {
  return parse(JSON.stringify(value))
}

/** Undefined for what is no JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}
