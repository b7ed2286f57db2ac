import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import type { AlertFacts, AlertInstance } from '../model/alert-instance.js'
import { registerAlertSeries } from './alert-series.js'
import { createMetrics } from './metrics.js'

const T0 = Date.UTC(2026, 10, 24, 8, 44)

const factsOf = (labels: Readonly<Record<string, string>>): AlertFacts => ({
  labels: new Map(Object.entries({ alertname: 'Slow', ...labels })),
  annotations: new Map(),
  value: 12,
  exemplars: [],
})

const pending = (labels: Readonly<Record<string, string>>): AlertInstance => ({
  ...factsOf(labels),
  state: 'pending',
  activeAt: T0 + 500,
  seenAt: T0,
})
const firing = (labels: Readonly<Record<string, string>>): AlertInstance => ({
  ...factsOf(labels),
  state: 'firing',
  activeAt: T0,
  firedAt: T0,
  keepFiringSince: undefined,
  lastSentAt: T0,
})
const resolved = (labels: Readonly<Record<string, string>>): AlertInstance => ({
  ...factsOf(labels),
  state: 'inactive',
  activeAt: T0,
  firedAt: T0,
  resolvedAt: T0,
  lastSentAt: T0,
})

/** The lines of a scrape that are no comments, and not empty. */
async function scrape(alerts: readonly AlertInstance[], most?: number): Promise<string[]> {
  const registry = new Registry()
  registerAlertSeries({ registry, alerts: () => alerts, most })
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

describe('registerAlertSeries', () => {
  it('tells of what is pending and what fires, and since when', async () => {
    const lines = await scrape([
      pending({ service: 'a' }),
      firing({ service: 'b' }),
      resolved({ service: 'c' }),
    ])
    expect(lines).toEqual([
      'ALERTS{alertname="Slow",service="b",alertstate="firing"} 1',
      'ALERTS{alertname="Slow",service="a",alertstate="pending"} 1',
      'ALERTS_FOR_STATE{alertname="Slow",service="b"} 1795509840',
      'ALERTS_FOR_STATE{alertname="Slow",service="a"} 1795509840.5',
      'tracebell_alert_series_left_out 0',
    ])
  })

  it('tells of nothing where there is nothing', async () => {
    expect(await scrape([])).toEqual(['tracebell_alert_series_left_out 0'])
  })

  it('shows what fires first where there is too much, and counts the rest', async () => {
    const lines = await scrape(
      [pending({ service: 'a' }), pending({ service: 'b' }), firing({ service: 'c' })],
      2,
    )
    expect(lines.filter((line) => line.startsWith('ALERTS{'))).toEqual([
      'ALERTS{alertname="Slow",service="c",alertstate="firing"} 1',
      'ALERTS{alertname="Slow",service="a",alertstate="pending"} 1',
    ])
    expect(lines.at(-1)).toBe('tracebell_alert_series_left_out 1')
  })

  it('lets no value of a label break a line or end it', async () => {
    const lines = await scrape([firing({ 'http.route': 'a"} 1\nALERTS{x="\\' })])
    expect(lines[0]).toBe(
      String.raw`ALERTS{alertname="Slow",http_route="a\"} 1\nALERTS{x=\"\\",alertstate="firing"} 1`,
    )
  })

  it('tells of two alerts that have the same labels but once', async () => {
    const lines = await scrape([firing({ service: 'a' }), firing({ service: 'a' })])
    expect(lines).toHaveLength(3)
  })

  it('looks anew at every scrape, and stands among our own metrics', async () => {
    const { registry } = createMetrics()
    const alerts: AlertInstance[] = []
    registerAlertSeries({ registry, alerts: () => alerts })
    expect(await registry.metrics()).not.toContain('ALERTS{')
    alerts.push(firing({ service: 'a' }))
    const text = await registry.metrics()
    expect(text).toContain(
      '# TYPE ALERTS gauge\nALERTS{alertname="Slow",service="a",alertstate="firing"} 1\n',
    )
    expect(text).toContain('\ntrace_anomalies_total{type="high_latency"} 0\n')
  })
})
