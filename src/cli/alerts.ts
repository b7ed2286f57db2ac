import { formatMatcher } from '../model/format-matchers.js'
import type { Timestamp } from '../model/time.js'
import { createSystemClock } from '../system-clock.js'
import { decodeAlerts, type AnsweredAlert } from './daemon/decode.js'
import { endWell, write } from './daemon/end-well.js'
import { formatSince } from './daemon/format-since.js'
import { openDaemon, type DaemonOptions } from './daemon/open-daemon.js'
import { readMatchers, toFilters } from './daemon/read-matchers.js'
import { EXIT } from './exit-codes.js'
import { printableJson } from './query/printable.js'
import { formatTable } from './query/table.js'

export interface AlertsOptions extends DaemonOptions {
  readonly receiver?: string
  readonly active: boolean
  readonly json: boolean
}

/** `tracebell alerts`: shows the alerts of the running tracebell that the matchers choose. */
export function alerts(texts: readonly string[], options: AlertsOptions): Promise<void> {
  return endWell(async () => {
    const params = toFilters(readMatchers(texts))
    if (options.receiver !== undefined) params.set('receiver', options.receiver)
    if (options.active) for (const name of MUTED_BY) params.set(name, 'false')
    const body = await openDaemon(options).ask({ path: '/api/v2/alerts', params })
    const found = decodeAlerts(body)
    write(
      options.json
        ? `${printableJson(body)}\n`
        : formatAlerts(found, createSystemClock({ keepAlive: false }).now()),
    )
    return EXIT.fine
  })
}

const MUTED_BY = ['silenced', 'inhibited', 'muted'] as const

const COLUMNS = [
  { title: 'ALERT', maxWidth: 40 },
  { title: 'STATE' },
  { title: 'FOR', align: 'right' },
  { title: 'TOLD', maxWidth: 30 },
  { title: 'LABELS', maxWidth: 80 },
  { title: 'SUMMARY', maxWidth: 80 },
] as const

/** Alerts for people, the newest last. */
export function formatAlerts(found: readonly AnsweredAlert[], now: Timestamp): string {
  if (found.length === 0) return 'no alerts\n'
  const rows = found
    .toSorted((a, b) => compareTexts(a.startsAt, b.startsAt) || compareTexts(a.fingerprint, b.fingerprint))
    .map((alert) => toRow(alert, now))
  return formatTable(COLUMNS, rows)
}

function toRow({ labels, annotations, status, startsAt, receivers }: AnsweredAlert, now: Timestamp) {
  const { alertname = '', ...others } = labels
  return [
    alertname,
    status.state,
    formatSince(startsAt, now),
    status.state === 'suppressed' ? describeMutes(status) : receivers.map(({ name }) => name).join(', '),
    Object.entries(others)
      .map(([name, value]) => formatMatcher({ name, operator: '=', value }))
      .join(' '),
    annotations['summary'] ?? annotations['description'] ?? '',
  ]
}

function describeMutes({ silencedBy, inhibitedBy, mutedBy }: AnsweredAlert['status']): string {
  const parts = [
    ...silencedBy.map((id) => `silence ${id.slice(0, 8)}`),
    ...inhibitedBy.map((id) => `inhibited by ${id}`),
    ...mutedBy,
  ]
  return `nobody: ${parts.join(', ')}`
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
