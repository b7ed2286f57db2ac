import type { Alert } from '../model/alert.js'
import type { AnomalyNotification, AnyNotification, Notification } from '../model/notification.js'
import { MINUTE_MS, type Timestamp } from '../model/time.js'
import type { TraceMatch } from '../model/trace-match.js'

export interface SampleOptions {
  readonly receiver: string
  readonly at: Timestamp
  readonly externalUrl: string
  /** Tells one test from the next, so that no receiver takes it for a repeat. */
  readonly id: string
  /** Firing by default. */
  readonly status?: Alert['status']
}

/** A notification that says of itself that it is a test, with everything that a real one may have. */
export function createSampleNotification(
  lane: AnyNotification['lane'],
  options: SampleOptions,
): AnyNotification {
  return lane === 'alerts' ? sampleAlerts(options) : sampleAnomalies(options)
}

function sampleAlerts({ receiver, at, externalUrl, id, status = 'firing' }: SampleOptions): Notification {
  const alert: Alert = {
    labels: new Map([
      ['alertname', 'TracebellTest'],
      ['service', 'checkout'],
      ['severity', 'info'],
    ]),
    annotations: new Map([
      ['summary', 'This is a test of this receiver: nothing is wrong'],
      ['description', 'It was sent by hand. A real message looks like this one, with what is wrong instead.'],
    ]),
    startsAt: at - 5 * MINUTE_MS,
    endsAt: status === 'firing' ? at + 5 * MINUTE_MS : at,
    status,
    generatorUrl: externalUrl,
    value: 3,
    exemplars: [sampleTrace(at)],
  }
  return {
    ...toCommon({ receiver, at, externalUrl, id }),
    lane: 'alerts',
    groupLabels: new Map([['alertname', 'TracebellTest']]),
    alerts: [alert],
  }
}

function sampleAnomalies(options: SampleOptions): AnomalyNotification {
  const { at } = options
  const trace = sampleTrace(at)
  return {
    ...toCommon(options),
    lane: 'anomalies',
    anomalies: [
      {
        type: 'rule',
        rule: 'tracebell_test',
        labels: new Map(),
        service: trace.rootServiceName,
        trace,
        at,
        affectedTraces: 1,
        totalTraces: 50,
        sampled: false,
      },
    ],
  }
}

function toCommon({ receiver, at, externalUrl, id }: SampleOptions) {
  return {
    receiver,
    at,
    externalUrl,
    idempotencyKey: `test-${id}`,
    groupKey: `test/${id}`,
    foldedNote: undefined,
  }
}

function sampleTrace(at: Timestamp): TraceMatch {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    rootServiceName: 'checkout',
    rootSpanName: 'POST /pay',
    start: at - MINUTE_MS,
    durationMs: 1500,
    failedServices: ['payments'],
  }
}
