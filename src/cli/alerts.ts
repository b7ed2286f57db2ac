import { formatMatcher } from '../model/format-matchers.js'
import type { Timestamp } from '../model/time.js'
import { createSystemClock } from '../system-clock.js'
import type { DaemonClient } from './daemon/daemon-client.js'
import { decodeAlerts, type AnsweredAlert } from './daemon/decode.js'
import { endWell, write } from './daemon/end-well.js'
import { formatSince } from './daemon/format-since.js'
import { openDaemon, type DaemonOptions } from './daemon/open-daemon.js'
import { readMatchers, toFilters } from './daemon/read-matchers.js'
import { EXIT } from './exit-codes.js'
import { printableJson } from './query/printable.js'
import { formatTable, withoutCuts } from './query/table.js'

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
    const daemon = openDaemon(options)
    const body = await daemon.ask({ path: PATH, params })
    const found = decodeAlerts(body)
    write(options.json ? `${printableJson(body)}\n` : await describe(found, daemon))
    return EXIT.fine
  })
}

const PATH = '/api/v2/alerts'

async function describe(found: readonly AnsweredAlert[], daemon: DaemonClient): Promise<string> {
  return formatAlerts(found, createSystemClock({ keepAlive: false }).now(), {
    inhibitors: await findInhibitors(found, daemon),
    isCut: process.stdout.isTTY,
  })
}

/** Those that inhibit others, among all alerts where they are not among those that were chosen. */
async function findInhibitors(
  found: readonly AnsweredAlert[],
  daemon: DaemonClient,
): Promise<readonly AnsweredAlert[]> {
  const known = new Set(found.map(({ fingerprint }) => fingerprint))
  const isWhole = found.every(({ status }) => status.inhibitedBy.every((id) => known.has(id)))
  return isWhole ? found : decodeAlerts(await daemon.ask({ path: PATH }))
}

const MUTED_BY = ['silenced', 'inhibited', 'muted'] as const

const COLUMNS = [
  { title: 'ALERT', maxWidth: 40 },
  { title: 'STATE' },
  { title: 'FOR', align: 'right' },
  { title: 'TOLD', maxWidth: 60 },
  { title: 'LABELS', maxWidth: 80 },
  { title: 'SUMMARY', maxWidth: 80 },
] as const

export interface FormatAlertsOptions {
  /** Alerts that may inhibit those that are shown. */
  readonly inhibitors: readonly AnsweredAlert[]
  /** Whether long texts are cut, as they are where the lines of a terminal end. */
  readonly isCut: boolean
}

/** Alerts for people, the newest last. */
export function formatAlerts(
  found: readonly AnsweredAlert[],
  now: Timestamp,
  { inhibitors, isCut }: FormatAlertsOptions,
): string {
  if (found.length === 0) return 'no alerts\n'
  const names = new Map(inhibitors.map((each) => [each.fingerprint, nameOf(each)]))
  const rows = found
    .toSorted((a, b) => compareTexts(a.startsAt, b.startsAt) || compareTexts(a.fingerprint, b.fingerprint))
    .map((alert) => toRow(alert, now, names))
  return formatTable(isCut ? COLUMNS : withoutCuts(COLUMNS), rows)
}

type Names = ReadonlyMap<string, string>

function toRow(alert: AnsweredAlert, now: Timestamp, names: Names) {
  const { labels, annotations, status, startsAt, receivers } = alert
  return [
    labels['alertname'] ?? '',
    status.state,
    formatSince(startsAt, now),
    status.state === 'suppressed'
      ? describeMutes(status, names)
      : receivers.map(({ name }) => name).join(', '),
    formatLabels(labels).join(' '),
    annotations['summary'] ?? annotations['description'] ?? '',
  ]
}

/** `Down{service="db"}` */
function nameOf({ labels }: AnsweredAlert): string {
  return `${labels['alertname'] ?? ''}{${formatLabels(labels).join(', ')}}`
}

/** But for the name. */
function formatLabels(labels: AnsweredAlert['labels']): readonly string[] {
  return Object.entries(labels)
    .filter(([name]) => name !== 'alertname')
    .map(([name, value]) => formatMatcher({ name, operator: '=', value }))
}

/** An alert that has ended since is called by its fingerprint. */
function describeMutes({ silencedBy, inhibitedBy, mutedBy }: AnsweredAlert['status'], names: Names): string {
  const parts = [
    ...silencedBy.map((id) => `silence ${id.slice(0, 8)}`),
    ...inhibitedBy.map((id) => `inhibited by ${names.get(id) ?? id}`),
    ...mutedBy,
  ]
  return `nobody: ${parts.join(', ')}`
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
