import type { Committed, Sent, Told, Transition } from './records.js'
import { ALERT_PATHS, ANOMALY_PATH, PATH_OF_TARGET } from './settings.js'

/** What there is to judge by. */
export interface Evidence {
  /** Traces that a daemon had the time to find. */
  readonly sent: readonly Sent[]
  readonly committed: readonly Committed[]
  /** The receiver's own record. */
  readonly told: readonly Told[]
}

export interface Verdict {
  /** What each receiver must be told: alerts that were committed, and anomalies that the traffic caused. */
  readonly transitions: number
  readonly delivered: number
  /** Transitions, and messages of the outbox, that a receiver never took. */
  readonly lost: readonly string[]
  /** How often a receiver took a message again under its key. */
  readonly repeats: number
  /** The same told under another key. */
  readonly repeatsWithoutKey: readonly string[]
  /** Messages that were committed to the outbox. */
  readonly messages: number
  /** Alerts that have begun and not ended. */
  readonly open: number
}

/** Judges by the record of the receiver. Throws where it holds a body that no receiver is promised. */
export function judge({ sent, committed, told }: Evidence): Verdict {
  const taken = told.filter(({ processed }) => processed)
  const heard = new Set(taken.flatMap(namesIn))
  const keys = new Set(taken.map(({ path, key }) => `${path} ${key}`))
  const transitions = new Map(
    committed.flatMap((each) => each.transitions).map((each) => [nameOf(each), each]),
  )
  const messages = new Set(
    committed.flatMap((each) => each.messages).map(({ target, key }) => `${PATH_OF_TARGET[target]} ${key}`),
  )
  const expected = [...expectAlerts([...transitions.keys()]), ...new Set(sent.map(nameOfSent))]
  const missing = expected.filter((name) => !heard.has(name))
  return {
    transitions: expected.length,
    delivered: expected.length - missing.length,
    lost: [...missing, ...[...messages].filter((key) => !keys.has(key))],
    repeats: taken.length - keys.size,
    repeatsWithoutKey: findOtherKeys(told),
    messages: messages.size,
    open: countOpen([...transitions.values()]),
  }
}

function expectAlerts(names: readonly string[]): readonly string[] {
  return ALERT_PATHS.flatMap((path) => names.map((name) => `${path} ${name}`))
}

function nameOf({ alert, startsAt, status }: Transition): string {
  return `${alert} ${startsAt} ${status}`
}

function nameOfSent({ type, traceId }: Sent): string {
  return `${ANOMALY_PATH} ${type} ${traceId}`
}

function countOpen(transitions: readonly Transition[]): number {
  const names = new Set(transitions.map(nameOf))
  const begun = transitions.filter(({ status }) => status === 'firing')
  return begun.filter((each) => !names.has(nameOf({ ...each, status: 'resolved' }))).length
}

/** What a message tells of. */
function namesIn({ path, body }: Told): readonly string[] {
  const document: unknown = JSON.parse(body)
  if (path === ANOMALY_PATH)
    return [`${path} ${read(document, 'anomaly_type')} ${read(document, 'trace_id')}`]
  const alerts =
    typeof document === 'object' && document !== null && 'alerts' in document ? document.alerts : undefined
  if (!Array.isArray(alerts)) throw new Error(`a message to ${path} has no alerts: ${body.slice(0, 200)}`)
  return alerts.map((alert: unknown) => {
    const startsAt = Date.parse(read(alert, 'startsAt'))
    return `${path} ${nameOf({ alert: read(alert, 'fingerprint'), startsAt, status: read(alert, 'status') })}`
  })
}

function read(value: unknown, name: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  if (typeof found !== 'string')
    throw new Error(`expected ${name} as text in a message, found ${typeof found}`)
  return found
}

/** Of whatever was told, also where it was refused: the second key of the very same. */
function findOtherKeys(told: readonly Told[]): readonly string[] {
  const keys = new Map<string, Set<string>>()
  for (const each of told) {
    const same = namesIn(each).toSorted().join(', ')
    keys.set(same, (keys.get(same) ?? new Set()).add(each.key))
  }
  return [...keys].flatMap(([same, all]) => [...all].slice(1).map((key) => `${same} under ${key}`))
}
