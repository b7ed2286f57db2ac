import type { Message } from '../../model/message.js'
import { OUTBOX_STATES } from '../outbox-store.js'
import type { OutboxRow } from '../tables/tables.js'
import type { Encoded } from './alert-codec.js'
import type { Fields } from './json-fields.js'

export function encodeOutboxRow(row: OutboxRow): Encoded {
  return { ...row, message: encodeMessage(row.message) }
}

export function decodeOutboxRow(fields: Fields): OutboxRow {
  return {
    ...decodeOutgoing(fields),
    id: fields.number('id'),
    order: fields.number('order'),
    state: fields.word('state', OUTBOX_STATES),
    attempts: fields.number('attempts'),
    // There was none in earlier versions.
    attemptsBefore: fields.optionalNumber('attemptsBefore') ?? 0,
    queuedAt: fields.number('queuedAt'),
    nextAttemptAt: fields.number('nextAttemptAt'),
    // There was none in earlier versions.
    heldSince: fields.optionalNumber('heldSince') ?? fields.number('queuedAt'),
    lastError: fields.optionalText('lastError'),
    settledAt: fields.optionalNumber('settledAt'),
  }
}

function decodeOutgoing(fields: Fields) {
  return {
    target: fields.text('target'),
    lane: fields.word('lane', ['alerts', 'anomalies']),
    groupKey: fields.text('groupKey'),
    ...decodeStatus(fields),
    idempotencyKey: fields.text('idempotencyKey'),
    ...decodeDigests(fields),
    message: decodeMessage(fields.object('message')),
    createdAt: fields.number('createdAt'),
  }
}

const STATUSES = ['firing', 'resolved'] as const

/** There was none in earlier versions, and is none of anomalies. */
function decodeStatus(fields: Fields): Pick<OutboxRow, 'status'> {
  if (fields.optionalText('status') === undefined) return {}
  return { status: fields.word('status', STATUSES) }
}

/** There were none in earlier versions. */
function decodeDigests(fields: Fields): Pick<OutboxRow, 'address' | 'says'> {
  const [address, says] = [fields.optionalText('address'), fields.optionalText('says')]
  return { ...(address === undefined ? {} : { address }), ...(says === undefined ? {} : { says }) }
}

function encodeMessage(message: Message): Encoded {
  return { ...message, facts: Object.entries(message.facts) }
}

function decodeMessage(fields: Fields): Message {
  return {
    contentType: fields.text('contentType'),
    body: fields.text('body'),
    // Makes own properties of all names, `__proto__` too.
    facts: Object.fromEntries(fields.pairs('facts')),
    leftOut: fields.number('leftOut'),
  }
}
