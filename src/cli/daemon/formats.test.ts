import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAlerts } from '../alerts.js'
import { formatNotifications } from '../notifications.js'
import { formatSilences } from '../silences/format-silences.js'
import { decodeAlerts, decodeNotifications, decodeSilences } from './decode.js'
import { DaemonError } from './daemon-error.js'
import { formatSince } from './format-since.js'

const NOW = Date.UTC(2026, 10, 24, 8, 44)

describe('formatSince', () => {
  it.each([
    ['2026-11-24T08:43:57.123Z', '2s'],
    ['2026-11-24T08:42:01Z', '1m59s'],
    ['2026-11-24T08:41:01Z', '2m'],
    ['2026-11-23T07:43:30Z', '1d1h'],
    ['2026-11-20T07:13:30Z', '4d1h'],
    ['2026-11-24T10:44:30Z', 'in 2h'],
    ['2026-11-24T08:44:00Z', '0s'],
    ['nonsense', 'nonsense'],
  ])('shows %s as %s', (text, expected) => {
    expect(formatSince(text, NOW)).toBe(expected)
  })
})

describe('formatAlerts', () => {
  const since = { startsAt: '2026-11-24T08:43:00Z', endsAt: '2026-11-24T08:48:00Z' }
  const down = {
    ...since,
    labels: { alertname: 'Down', service: 'db' },
    annotations: {},
    fingerprint: '2278506d00000000',
    receivers: [{ name: 'oncall' }],
    status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
  }
  const slow = {
    ...since,
    labels: { alertname: 'Slow', service: 'shop' },
    annotations: { summary: 'x'.repeat(100) },
    fingerprint: '1',
    receivers: [],
    status: { ...down.status, state: 'suppressed', inhibitedBy: [down.fingerprint] },
  }

  it('names the alert that inhibits', () => {
    const [, line] = formatAlerts([slow], NOW, { inhibitors: [down], isCut: true }).split('\n')
    expect(line).toBe(
      `Slow   suppressed   1m  nobody: inhibited by Down{service="db"}  service="shop"  ${'x'.repeat(79)}…`,
    )
    expect(formatAlerts([slow], NOW, { inhibitors: [], isCut: true })).toContain('by 2278506d00000000 ')
  })

  it('cuts nothing where it is read by programs', () => {
    expect(formatAlerts([slow], NOW, { inhibitors: [], isCut: false })).toContain('x'.repeat(100))
  })
})

/** Of what is foreign nothing may begin a line or steer the terminal. */
const STEERS = /[\p{Cc}\p{Bidi_Control}]/u
const foreign = fc.string({ unit: 'binary', maxLength: 12 })
const labels = fc.dictionary(foreign, foreign, { maxKeys: 3 })

const alert = fc.record({
  labels,
  annotations: labels,
  fingerprint: foreign,
  startsAt: foreign,
  endsAt: foreign,
  receivers: fc.array(fc.record({ name: foreign }), { maxLength: 2 }),
  status: fc.record({
    state: fc.oneof(foreign, fc.constantFrom('active', 'suppressed')),
    silencedBy: fc.array(foreign, { maxLength: 2 }),
    inhibitedBy: fc.array(foreign, { maxLength: 2 }),
    mutedBy: fc.array(foreign, { maxLength: 2 }),
  }),
})
const silence = fc.record({
  id: foreign,
  status: fc.record({ state: fc.oneof(foreign, fc.constantFrom('pending', 'expired')) }),
  matchers: fc.array(
    fc.record({ name: foreign, value: foreign, isRegex: fc.boolean(), isEqual: fc.boolean() }),
    { maxLength: 2 },
  ),
  startsAt: foreign,
  endsAt: foreign,
  createdBy: foreign,
  comment: foreign,
})
const notification = fc.record({
  id: fc.nat(),
  target: foreign,
  state: fc.oneof(foreign, fc.constant('waiting')),
  attempts: fc.nat(),
  createdAt: foreign,
  nextAttemptAt: foreign,
  lastError: foreign,
  groupKey: foreign,
})

/** How many lines a text has; -1 where something in it steers the terminal. */
function countLines(text: string): number {
  const lines = text.split('\n')
  return STEERS.test(lines.join('')) || lines.at(-1) !== '' ? -1 : lines.length - 1
}

describe('whatever is answered is shown in lines of its own', () => {
  it('alerts', () => {
    fc.assert(
      fc.property(fc.array(alert, { maxLength: 4 }), (answer) => {
        const found = decodeAlerts(answer)
        for (const isCut of [true, false])
          expect(countLines(formatAlerts(found, NOW, { inhibitors: found, isCut }))).toBe(answer.length + 1)
      }),
    )
  })

  it('silences', () => {
    fc.assert(
      fc.property(fc.array(silence, { maxLength: 4 }), (answer) => {
        expect(countLines(formatSilences(decodeSilences(answer), NOW))).toBe(answer.length + 1)
      }),
    )
  })

  it('notifications', () => {
    fc.assert(
      fc.property(fc.array(notification, { maxLength: 4 }), (notifications) => {
        const answer = decodeNotifications({ notifications, waiting: 1, delivered: 2, dead: 3 })
        expect(countLines(formatNotifications(answer, NOW))).toBe(
          notifications.length === 0 ? 1 : notifications.length + 2,
        )
      }),
    )
  })

  it('or is refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (answer) => {
        for (const decode of [decodeAlerts, decodeSilences, decodeNotifications]) {
          try {
            decode(answer)
          } catch (error) {
            expect(error).toBeInstanceOf(DaemonError)
          }
        }
      }),
    )
  })
})
