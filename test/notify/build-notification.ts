import type { Alert } from '../../src/model/alert.js'
import type { Notification } from '../../src/model/notification.js'
import { MINUTE_MS } from '../../src/model/time.js'

/** 2026-11-24T08:44:00Z, where the test clock begins. */
export const AT = Date.UTC(2026, 10, 24, 8, 44)

type GivenAlert = Partial<Omit<Alert, 'labels' | 'annotations'>> & {
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

/** An alert that a test needs to say little about. */
export function buildAlert({
  labels = {},
  annotations = { summary: 'Checkout is slow' },
  ...given
}: GivenAlert = {}): Alert {
  return {
    startsAt: AT - 5 * MINUTE_MS,
    endsAt: given.status === 'resolved' ? AT : AT + 4 * MINUTE_MS,
    status: 'firing',
    generatorUrl: 'http://tracebell.test/rules',
    value: 3,
    exemplars: [
      {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        rootServiceName: 'shop',
        rootSpanName: 'GET /pay',
        start: AT - MINUTE_MS,
        durationMs: 1500,
        failedServices: ['stock'],
      },
    ],
    ...given,
    labels: new Map(
      Object.entries({ alertname: 'SlowCheckout', service: 'shop', severity: 'critical', ...labels }),
    ),
    annotations: new Map(Object.entries(annotations)),
  }
}

/** A notification about one alert that fires, unless a test says otherwise. */
export function buildNotification(given: Partial<Notification> = {}): Notification {
  return {
    lane: 'alerts',
    receiver: 'oncall',
    at: AT,
    idempotencyKey: 'k1',
    groupKey: '{}:{alertname="SlowCheckout"}',
    groupLabels: new Map([['alertname', 'SlowCheckout']]),
    alerts: [buildAlert()],
    externalUrl: 'http://tracebell.test',
    ...given,
  }
}
