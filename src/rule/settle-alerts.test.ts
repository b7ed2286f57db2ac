import { describe, expect, it } from 'vitest'
import type {
  AlertFacts,
  AlertInstance,
  FiringAlert,
  PendingAlert,
  ResolvedAlert,
} from '../model/alert-instance.js'
import { toFingerprint } from '../model/label-set.js'
import { MINUTE_MS, SECOND_MS } from '../model/time.js'
import { settleAlerts } from './settle-alerts.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)

const factsOf = (service: string): AlertFacts => ({
  labels: new Map([['service', service]]),
  annotations: new Map([['summary', 'slow']]),
  value: 12,
  exemplars: [],
})

const pending: PendingAlert = { ...factsOf('a'), state: 'pending', activeAt: T0, seenAt: T0 }
const firing: FiringAlert = {
  ...factsOf('a'),
  state: 'firing',
  activeAt: T0,
  firedAt: T0 + MINUTE_MS,
  keepFiringSince: undefined,
  lastSentAt: undefined,
}
const resolved: ResolvedAlert = {
  ...factsOf('a'),
  state: 'inactive',
  activeAt: T0,
  firedAt: T0 + MINUTE_MS,
  resolvedAt: T0 + 5 * MINUTE_MS,
  lastSentAt: T0 + 4 * MINUTE_MS,
}

const alertsOf = (...alerts: readonly AlertInstance[]) =>
  new Map(alerts.map((alert) => [toFingerprint(alert.labels), alert]))

const NONE = alertsOf()

const optionsAt = (at: number, intervalMs = MINUTE_MS) => ({ at, intervalMs, generatorUrl: 'http://x/rule' })

describe('settleAlerts', () => {
  const sentAt = T0 + 10 * MINUTE_MS
  const sent = { ...firing, lastSentAt: sentAt }
  const ended = { ...resolved, resolvedAt: sentAt, lastSentAt: sentAt }

  it.each<[string, AlertInstance, number, boolean]>([
    ['tells nobody of what is pending', pending, T0, false],
    ['tells of what begins to fire', firing, T0 + MINUTE_MS, true],
    ['does not tell again before a minute is over', sent, sentAt + MINUTE_MS - 1, false],
    ['tells again after a minute', sent, sentAt + MINUTE_MS, true],
    ['tells of an end at once', { ...ended, lastSentAt: sentAt - SECOND_MS }, sentAt, true],
    ['does not tell of an end again before a minute is over', ended, sentAt + MINUTE_MS - 1, false],
    ['tells of an end again after a minute', ended, sentAt + MINUTE_MS, true],
    ['tells of an end that it has not told of', { ...ended, lastSentAt: undefined }, sentAt, true],
    ['tells again where the clock was set back', sent, sentAt - 1, true],
  ])('%s', (_, alert, at, isTold) => {
    const { told, alerts, saved } = settleAlerts(alertsOf(alert), alertsOf(alert), optionsAt(at))
    expect(told).toHaveLength(isTold ? 1 : 0)
    const after = isTold ? { ...alert, lastSentAt: at } : alert
    expect(alerts).toEqual(alertsOf(after))
    expect(saved).toEqual(isTold ? [after] : [])
  })

  // endsAt = at + 4 × max(interval, 1 min)
  it.each([
    [15 * SECOND_MS, 4 * MINUTE_MS],
    [MINUTE_MS, 4 * MINUTE_MS],
    [5 * MINUTE_MS, 20 * MINUTE_MS],
  ])('gives what fires in a group of %d ms an end %d ms from now', (intervalMs, lastsMs) => {
    const { told } = settleAlerts(NONE, alertsOf(sent), optionsAt(sentAt + MINUTE_MS, intervalMs))
    expect(told).toEqual([
      {
        ...factsOf('a'),
        status: 'firing',
        startsAt: firing.firedAt,
        endsAt: sentAt + MINUTE_MS + lastsMs,
        generatorUrl: 'http://x/rule',
      },
    ])
  })

  it('tells since when it fired and when it ended', () => {
    const { told } = settleAlerts(NONE, alertsOf(resolved), optionsAt(T0 + 9 * MINUTE_MS))
    expect(told).toEqual([
      {
        ...factsOf('a'),
        status: 'resolved',
        startsAt: resolved.firedAt,
        endsAt: resolved.resolvedAt,
        generatorUrl: 'http://x/rule',
      },
    ])
  })

  it('saves what is new or another, and removes what is gone', () => {
    const [kept, other, gone] = ['a', 'b', 'c'].map((service) => ({ ...pending, ...factsOf(service) }))
    if (kept === undefined || other === undefined || gone === undefined) throw new Error('three were made')
    const changed = { ...other, value: 13 }
    const added = { ...pending, ...factsOf('d') }
    const settled = settleAlerts(alertsOf(kept, other, gone), alertsOf(kept, changed, added), optionsAt(T0))
    expect(settled.saved).toEqual([changed, added])
    expect(settled.removed).toEqual([toFingerprint(gone.labels)])
    expect(settled.alerts).toEqual(alertsOf(kept, changed, added))
  })

  it.each<[string, readonly AlertInstance[], readonly AlertInstance[], readonly string[]]>([
    ['a beginning', [], [pending], ['inactive → pending']],
    ['a beginning that fires at once', [], [firing], ['inactive → firing']],
    ['that it fires', [pending], [firing], ['pending → firing']],
    ['that it ended untold', [pending], [], ['pending → inactive']],
    ['an end', [firing], [resolved], ['firing → inactive']],
    ['a new life', [resolved], [firing], ['inactive → firing']],
    ['not that it is the same', [firing], [{ ...firing, value: 1 }], []],
    ['not that an end is forgotten', [resolved], [], []],
  ])('tells of changes: %s', (_, before, after, expected) => {
    const { changes } = settleAlerts(alertsOf(...before), alertsOf(...after), optionsAt(T0))
    expect(changes.map(({ from, to }) => `${from} → ${to}`)).toEqual(expected)
  })

  it('shows an alert that ended untold as it was', () => {
    const { changes } = settleAlerts(alertsOf(pending), NONE, optionsAt(T0))
    expect(changes).toEqual([{ from: 'pending', to: 'inactive', alert: pending }])
  })
})
