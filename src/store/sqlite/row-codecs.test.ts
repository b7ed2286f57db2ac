import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alert } from '../../model/alert.js'
import { KEY_OF, TABLE_NAMES, type Rows } from '../tables/tables.js'
import { RowError } from './json-fields.js'
import { decodeRow, encodeRow } from './row-codecs.js'

// Any text, with halves of surrogate pairs, NULs, and the names that objects have anyway.
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
  fc.constantFrom('__proto__', 'constructor', 'toString', ''),
)
const time = fc.double()
const labels = fc.array(fc.tuple(text, text), { maxLength: 4 }).map((pairs) => new Map(pairs))
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined })

const trace = fc.record({
  traceId: text,
  rootServiceName: maybe(text),
  rootSpanName: maybe(text),
  start: maybe(time),
  durationMs: time,
  failedServices: fc.array(text, { maxLength: 2 }),
})
const facts = {
  labels,
  annotations: labels,
  value: fc.double(),
  exemplars: fc.array(trace, { maxLength: 2 }),
}
const instance = fc.oneof(
  fc.record({ ...facts, state: fc.constant('pending' as const), activeAt: time, seenAt: time }),
  fc.record({
    ...facts,
    state: fc.constant('firing' as const),
    activeAt: time,
    firedAt: time,
    keepFiringSince: maybe(time),
    lastSentAt: maybe(time),
  }),
  fc.record({
    ...facts,
    state: fc.constant('inactive' as const),
    activeAt: time,
    firedAt: time,
    resolvedAt: time,
    lastSentAt: maybe(time),
  }),
)
const alert: fc.Arbitrary<Alert> = fc.record({
  ...facts,
  startsAt: time,
  endsAt: time,
  status: fc.constantFrom('firing', 'resolved'),
  generatorUrl: text,
})
const message = fc.record({
  contentType: text,
  body: text,
  facts: fc.array(fc.tuple(text, text), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs)),
  leftOut: fc.nat(),
})

const ROWS: { readonly [T in keyof Rows]: fc.Arbitrary<Rows[T]> } = {
  alerts: fc.record({ rule: text, alert: instance }),
  told: fc.record({ rule: text, traceId: text, expiresAt: time }),
  active: alert,
  notices: fc.record({
    groupKey: text,
    receiver: text,
    at: time,
    firing: fc.array(text),
    resolved: fc.array(text),
    owed: fc.array(text),
    again: maybe(fc.array(fc.tuple(text, time)).map((pairs) => new Map(pairs))),
    expiresAt: time,
  }),
  outbox: fc.record({
    target: text,
    lane: fc.constantFrom('alerts', 'anomalies'),
    groupKey: text,
    status: maybe(fc.constantFrom('firing' as const, 'resolved' as const)),
    idempotencyKey: text,
    says: maybe(text),
    address: maybe(text),
    message,
    createdAt: time,
    id: fc.nat(),
    attempts: fc.nat(),
    attemptsBefore: fc.nat(),
    state: fc.constantFrom('waiting', 'delivered', 'dead'),
    queuedAt: time,
    nextAttemptAt: time,
    heldSince: time,
    lastError: maybe(text),
    settledAt: maybe(time),
    order: fc.nat(),
  }),
  silences: fc.record({
    id: text,
    matchers: fc.array(
      fc.record({ name: text, operator: fc.constantFrom('=', '!=', '=~', '!~'), value: text }),
      { maxLength: 2 },
    ),
    startsAt: time,
    endsAt: time,
    updatedAt: time,
    createdBy: text,
    comment: text,
  }),
  snapshots: fc.record({ name: text, at: time, bytes: fc.uint8Array() }),
}

/** The row that is written and read again. */
function roundTrip<T extends keyof Rows>(table: T, row: Rows[T]): unknown {
  return decodeRow(table, KEY_OF[table](row), encodeRow(table, row))
}

function tryDecode(table: keyof Rows, body: unknown, key = '[]'): unknown {
  try {
    return decodeRow(table, key, body)
  } catch (error) {
    if (error instanceof RowError) return 'refused'
    throw error
  }
}

describe('decodeRow', () => {
  it.each(TABLE_NAMES)('gives back any row of %s', (table) => {
    fc.assert(
      fc.property(ROWS[table], (row) => {
        expect(roundTrip<typeof table>(table, row)).toEqual(row)
      }),
    )
  })

  it('keeps SQLite from seeing a NUL or half a surrogate pair in what it is given as text', () => {
    fc.assert(
      fc.property(ROWS.outbox, ROWS.notices, (entry, notice) => {
        const texts = [encodeRow('outbox', entry), KEY_OF.outbox(entry), KEY_OF.notices(notice)]
        for (const each of texts) {
          expect(each).not.toContain('\0')
          expect(Buffer.from(String(each)).toString()).toBe(each)
        }
      }),
    )
  })

  it.each(TABLE_NAMES)('refuses anything that is no row of %s', (table) => {
    const body = fc.oneof(fc.string(), fc.json(), fc.uint8Array(), fc.anything())
    fc.assert(
      fc.property(body, (each) => {
        expect(tryDecode(table, each)).toBe('refused')
      }),
    )
  })

  it('refuses a row of which a part is gone', () => {
    const share = fc.double({ min: 0, max: 0.99, noNaN: true })
    fc.assert(
      fc.property(ROWS.outbox, share, (row, kept) => {
        const body = encodeRow('outbox', row)
        const part = body.slice(0, Math.floor(body.length * kept))
        expect(tryDecode('outbox', part, KEY_OF.outbox(row))).toBe('refused')
      }),
    )
  })

  it('adds nothing to any prototype', () => {
    const body = '{"id":"a","__proto__":{"polluted":1},"matchers":[],"startsAt":0,"endsAt":0}'
    expect(tryDecode('silences', body, '["a"]')).toBe('refused')
    expect('polluted' in {}).toBe(false)
  })
})
