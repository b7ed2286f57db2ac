import { describe, expect, it } from 'vitest'
import { toAlertId } from './alert-id.js'

describe('toAlertId', () => {
  it.each<[Readonly<Record<string, string>>, string]>([
    [{}, 'cbf29ce484222325'],
    // As a real Alertmanager 0.31.1 answered.
    [{ alertname: 'Minimal' }, '918ba11728233b87'],
    [
      {
        service: 'checkout',
        alertname: 'HighTraceLatency',
        backend: 'tempo',
        operation: 'POST /pay',
        rule: 'latency-p99',
        severity: 'critical',
      },
      '635b5dcb97641b08',
    ],
  ])('of %j', (labels, expected) => {
    expect(toAlertId(new Map(Object.entries(labels)))).toBe(expected)
  })
})
