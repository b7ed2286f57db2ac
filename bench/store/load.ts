import type { Alert } from '../../src/model/alert.js'
import type { FiringAlert } from '../../src/model/alert-instance.js'
import { toAlertId } from '../../src/model/alert-id.js'
import type { Timestamp } from '../../src/model/time.js'
import type { TraceMatch } from '../../src/model/trace-match.js'
import type { DispatchedGroup } from '../../src/store/dispatch-store.js'
import type { Evaluation } from '../../src/store/rule-store.js'

const EXEMPLARS = 5
/** Of a notification with a few alerts. */
const BODY_CHARS = 2000
/** As many series as a rule of one service has. */
const SERIES = 20
const KEEP_MS = 600_000

/** An evaluation in which one alert changes and is told, with the traces that prove it. */
export function oneAlert(number: number, at: Timestamp): Evaluation {
  return evaluationOf([number % SERIES], at)
}

/** An evaluation in which as many alerts begin at once. */
export function storm(alerts: number, at: Timestamp): Evaluation {
  return evaluationOf(
    Array.from({ length: alerts }, (_, index) => index),
    at,
  )
}

/** What a flush of a group of its own leaves: a message and a notice. */
export function flushOf(key: string, at: Timestamp): DispatchedGroup {
  const ids = [toAlertId(labelsOf(1)), toAlertId(labelsOf(2))]
  const message = { contentType: 'application/json', body: 'x'.repeat(BODY_CHARS), facts: {}, leftOut: 0 }
  const outgoing = {
    target: 'oncall/webhook[0]',
    lane: 'alerts' as const,
    groupKey: key,
    idempotencyKey: key,
  }
  const notice = { groupKey: key, receiver: 'oncall', at, firing: ids, resolved: [], owed: ids }
  return {
    at,
    outbox: [{ ...outgoing, message, createdAt: at }],
    notices: [{ ...notice, expiresAt: at + KEEP_MS }],
    ended: [],
  }
}

function evaluationOf(series: readonly number[], at: Timestamp): Evaluation {
  const alerts = series.map((each) => firing(each, at))
  return {
    at,
    saved: alerts.map((alert) => ({ rule: '["shop.yaml","shop","Slow"]', alert })),
    removed: [],
    alerts: alerts.map((alert) => toAlert(alert, at)),
    told: alerts.map((_, index) => ({
      rule: 'Slow',
      traceId: traceIdOf(index, at),
      expiresAt: at + KEEP_MS,
    })),
  }
}

function firing(series: number, at: Timestamp): FiringAlert {
  return {
    state: 'firing',
    labels: labelsOf(series),
    annotations: new Map([['summary', `checkout ${series} takes 1.5 s, and so do 12 % of all`]]),
    value: series,
    exemplars: Array.from({ length: EXEMPLARS }, (_, index) => exemplar(index, at)),
    activeAt: at,
    firedAt: at,
    keepFiringSince: undefined,
    lastSentAt: at,
  }
}

function toAlert({ labels, annotations, value, exemplars, firedAt }: FiringAlert, at: Timestamp): Alert {
  const times = { startsAt: firedAt, endsAt: at + KEEP_MS, status: 'firing' as const }
  return { labels, annotations, value, exemplars, ...times, generatorUrl: 'http://127.0.0.1:9320/' }
}

function labelsOf(series: number): ReadonlyMap<string, string> {
  return new Map([
    ['alertname', 'Slow'],
    ['severity', 'page'],
    ['resource.service.name', `checkout-${series}`],
    ['rootServiceName', 'shop'],
  ])
}

function exemplar(index: number, at: Timestamp): TraceMatch {
  return {
    traceId: traceIdOf(index, at),
    rootServiceName: 'shop',
    rootSpanName: 'GET /checkout',
    start: at,
    durationMs: 1500,
    failedServices: ['db'],
  }
}

function traceIdOf(index: number, at: Timestamp): string {
  return (at * 100_000 + index).toString(16).padStart(32, '0')
}
