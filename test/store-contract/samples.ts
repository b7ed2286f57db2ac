import type { Alert } from '../../src/model/alert.js'
import type { Message } from '../../src/model/message.js'
import type { Notice } from '../../src/model/notice.js'
import type { OutgoingMessage } from '../../src/model/outbox.js'
import type { Silence } from '../../src/model/silence.js'
import type { DispatchedGroup } from '../../src/store/dispatch-store.js'
import type { Evaluation } from '../../src/store/rule-store.js'

/** The moment at which the tests of stores begin. */
export const T0 = Date.UTC(2026, 10, 24, 8, 44)

/** Text that is a trap for whatever keeps it: quotes, NUL, half a surrogate pair, names of prototypes. */
export const HARD_TEXT = '__proto__ "\'\\ \0 \ud800 ü 🚨\n'

export function alertOf(service: string, changes: Partial<Alert> = {}): Alert {
  return {
    labels: new Map([
      ['alertname', 'Slow'],
      ['service', service],
    ]),
    annotations: new Map([['summary', HARD_TEXT]]),
    startsAt: T0,
    endsAt: T0 + 240_000,
    status: 'firing',
    generatorUrl: '',
    value: 12.5,
    exemplars: [],
    ...changes,
  }
}

export function messageOf(idempotencyKey: string, changes: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    target: 'oncall/webhook[0]',
    lane: 'alerts',
    groupKey: idempotencyKey,
    idempotencyKey,
    message: bodyOf('{}'),
    createdAt: T0,
    ...changes,
  }
}

export function bodyOf(body: string): Message {
  return { contentType: 'application/json', body, facts: { action: 'trigger' }, leftOut: 0 }
}

export function noticeOf(groupKey: string, changes: Partial<Notice> = {}): Notice {
  return {
    groupKey,
    receiver: 'oncall',
    at: T0,
    firing: ['00aa'],
    resolved: [],
    owed: ['00aa'],
    expiresAt: T0 + 1000,
    ...changes,
  }
}

export function silenceOf(id: string, changes: Partial<Silence> = {}): Silence {
  return {
    id,
    matchers: [{ name: 'service', operator: '=~', value: 'a|b' }],
    startsAt: T0,
    endsAt: T0 + 3_600_000,
    updatedAt: T0,
    createdBy: 'ann',
    comment: HARD_TEXT,
    ...changes,
  }
}

export function evaluationOf(changes: Partial<Evaluation>): Evaluation {
  return { at: T0, saved: [], removed: [], alerts: [], ...changes }
}

export function groupOf(changes: Partial<DispatchedGroup>): DispatchedGroup {
  return { at: T0, outbox: [], notices: [], ended: [], ...changes }
}
