import type { Alert } from '../../model/alert.js'
import type { AlertFacts, AlertInstance } from '../../model/alert-instance.js'
import type { TraceMatch } from '../../model/trace-match.js'
import type { SavedAlert } from '../rule-store.js'
import { toFields, toText, type Fields } from './json-fields.js'

/** What JSON is made of: undefined fields are left out, and numbers may be any. */
export type Encoded = Readonly<Record<string, unknown>>

export function encodeSavedAlert({ rule, alert }: SavedAlert): Encoded {
  return { rule, ...encodeInstance(alert) }
}

export function decodeSavedAlert(fields: Fields): SavedAlert {
  return { rule: fields.text('rule'), alert: decodeInstance(fields) }
}

export function encodeAlert(alert: Alert): Encoded {
  return { ...alert, ...encodeFacts(alert) }
}

export function decodeAlert(fields: Fields): Alert {
  return {
    ...decodeFacts(fields),
    startsAt: fields.number('startsAt'),
    endsAt: fields.number('endsAt'),
    status: fields.word('status', ['firing', 'resolved']),
    generatorUrl: fields.text('generatorUrl'),
  }
}

function encodeInstance(alert: AlertInstance): Encoded {
  return { ...alert, ...encodeFacts(alert) }
}

function decodeInstance(fields: Fields): AlertInstance {
  const facts = { ...decodeFacts(fields), activeAt: fields.number('activeAt') }
  const state = fields.word('state', ['pending', 'firing', 'inactive'])
  if (state === 'pending') return { ...facts, state, seenAt: fields.number('seenAt') }
  const told = { firedAt: fields.number('firedAt'), lastSentAt: fields.optionalNumber('lastSentAt') }
  return state === 'firing'
    ? { ...facts, ...told, state, keepFiringSince: fields.optionalNumber('keepFiringSince') }
    : { ...facts, ...told, state, resolvedAt: fields.number('resolvedAt') }
}

function encodeFacts({ labels, annotations, value, exemplars }: AlertFacts): Encoded {
  return {
    labels: [...labels],
    annotations: [...annotations],
    value,
    exemplars,
  }
}

function decodeFacts(fields: Fields): AlertFacts {
  return {
    labels: new Map(fields.pairs('labels')),
    annotations: new Map(fields.pairs('annotations')),
    value: fields.number('value'),
    exemplars: fields.list('exemplars', (trace) => decodeTrace(toFields(trace))),
  }
}

function decodeTrace(fields: Fields): TraceMatch {
  return {
    traceId: fields.text('traceId'),
    rootServiceName: fields.optionalText('rootServiceName'),
    rootSpanName: fields.optionalText('rootSpanName'),
    start: fields.optionalNumber('start'),
    durationMs: fields.number('durationMs'),
    failedServices: fields.list('failedServices', toText),
  }
}
