/** What both sides are told of an alert: each is a group of its own. */
export interface AlertFacts {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** Alerts are told of together so many at a time, as an evaluation or a request of Prometheus does. */
export const AT_ONCE = 64
export const LASTS_MS = 3_600_000
export const GENERATOR_URL = 'http://127.0.0.1:9320/'

/** The routes of both: one group for each alert, told of at once. */
export const ROUTE = {
  receiver: 'team',
  group_by: ['...'],
  group_wait: '1ms',
  group_interval: '5m',
  repeat_interval: '4h',
} as const

export function alertFacts(number: number): AlertFacts {
  return {
    labels: {
      alertname: 'Slow',
      severity: 'page',
      service: `checkout-${number}`,
      rootServiceName: 'shop',
    },
    annotations: {
      summary: `checkout ${number} takes 1.5 s, and so do 12 % of all`,
      description: 'Traces that prove it stand beside this alert; the runbook says what to do.',
    },
  }
}

/** The numbers of a turn's alerts, in the portions in which they are told of. */
export function portions(from: number, count: number): readonly (readonly number[])[] {
  const numbers = Array.from({ length: count }, (_, index) => from + index)
  return Array.from({ length: Math.ceil(count / AT_ONCE) }, (_, index) =>
    numbers.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  )
}

/** A moment that other processes on this machine have too, in milliseconds. */
export function commonNow(): number {
  return performance.timeOrigin + performance.now()
}
