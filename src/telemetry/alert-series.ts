import { Gauge, type Registry } from 'prom-client'
import type { AlertInstance } from '../model/alert-instance.js'
import { SECOND_MS } from '../model/time.js'
import { type MetricLabels, toMetricLabels } from './metric-labels.js'

export interface AlertSeriesOptions {
  readonly registry: Registry
  /** All alerts of all rules, as they stand. */
  readonly alerts: () => Iterable<AlertInstance>
  /** How many alerts are shown, at most: those that fire before those that are pending. The others are counted. */
  readonly most?: number | undefined
}

const DEFAULT_MOST = 2000

interface Series {
  readonly labels: MetricLabels
  readonly value: number
}

type ActiveAlert = Exclude<AlertInstance, { state: 'inactive' }>

/** `ALERTS` and `ALERTS_FOR_STATE`, as Prometheus has them, for whoever scrapes us. They are made anew at every scrape. */
export function registerAlertSeries({ registry, alerts, most = DEFAULT_MOST }: AlertSeriesOptions): void {
  const active = (): ActiveAlert[] => [...alerts()].filter(isActive)
  const shown = (): readonly ActiveAlert[] => active().toSorted(byState).slice(0, most)
  const register = (name: string, help: string, series: () => readonly Series[]): void =>
    registry.registerMetric(new ComputedGauge(name, help, series))

  register('ALERTS', 'What is pending and what fires: 1 for each alert.', () =>
    shown().map(({ labels, state }) => ({ labels: toMetricLabels(labels, { alertstate: state }), value: 1 })),
  )
  register('ALERTS_FOR_STATE', 'Since when an alert is active, in Unix seconds.', () =>
    shown().map(({ labels, activeAt }) => ({
      labels: toMetricLabels(labels, {}),
      value: activeAt / SECOND_MS,
    })),
  )
  register(
    'tracebell_alert_series_left_out',
    'Alerts that ALERTS and ALERTS_FOR_STATE do not show because there are too many.',
    () => [{ labels: {}, value: Math.max(0, active().length - most) }],
  )
}

function isActive(alert: AlertInstance): alert is ActiveAlert {
  return alert.state !== 'inactive'
}

function byState(a: ActiveAlert, b: ActiveAlert): number {
  return Number(a.state === 'pending') - Number(b.state === 'pending')
}

/** A gauge whose series have labels of any name: those that prom-client keeps itself must be known beforehand. */
class ComputedGauge extends Gauge {
  readonly #series: () => readonly Series[]

  constructor(name: string, help: string, series: () => readonly Series[]) {
    super({ name, help, registers: [] })
    this.#series = series
  }

  override async get() {
    // Two rules may have the same alert; a series may be told but once.
    const values = new Map(this.#series().map((each) => [JSON.stringify(each.labels), { ...each }]))
    return { ...(await super.get()), values: [...values.values()] }
  }
}
