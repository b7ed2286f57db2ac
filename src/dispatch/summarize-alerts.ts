import type { Alert } from '../model/alert.js'
import { formatMatcher } from '../model/format-matchers.js'
import type { LabelSet } from '../model/label-set.js'

/** Groups of more alerts than this say what they are made of, as no receiver need show them one by one. */
export const MOST_WITHOUT_SUMMARY = 10

/** Which label says how bad an alert is, and which of what it is; of the latter the first that an alert has. */
const SEVERITY = ['severity']
const SERVICES = ['service', 'service.name', 'service_name', 'resource.service.name', 'rootServiceName']

/** So many values are named of each. */
const MOST_NAMED = 3
const LONGEST_VALUE = 40
const LONGEST_FILTER = 200

export interface SummarizedGroup {
  readonly receiver: string
  /** Those that all its alerts have in common. */
  readonly labels: LabelSet
  /** Empty where it is not known. */
  readonly externalUrl: string
}

/**
 * What a large group is made of, and where all of it is, in words, as a message may have no room for each of its alerts; of
 * bounded length. Undefined where the group is small. What it quotes of labels is as they are.
 */
export function summarizeAlerts(alerts: readonly Alert[], group: SummarizedGroup): string | undefined {
  if (alerts.length <= MOST_WITHOUT_SUMMARY) return undefined
  const made = countByLabels(alerts)
  const firing = alerts.filter(({ status }) => status === 'firing').length
  const counts = `${firing} firing, ${alerts.length - firing} resolved`
  return `${counts}${made}; those that fire: ${toAddress(group)}`
}

/** ` (severity page 3; service shop 2, cart 1)`; empty where alerts have no such labels. */
export function countByLabels(alerts: readonly Alert[]): string {
  const parts = [tally(alerts, SEVERITY, 'severity'), tally(alerts, SERVICES, 'service')]
  const made = parts.filter((part) => part !== undefined).join('; ')
  return made === '' ? '' : ` (${made})`
}

/** `service shop 812, cart 96, mail 2, and 14 more`: the most frequent first. */
function tally(alerts: readonly Alert[], labels: readonly string[], what: string): string | undefined {
  const counts = new Map<string, number>()
  for (const { labels: own } of alerts) {
    const value = labels.map((name) => own.get(name)).find((each) => each !== undefined && each !== '')
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  if (counts.size === 0) return undefined
  const sorted = [...counts].toSorted(([, a], [, b]) => b - a)
  const named = sorted.slice(0, MOST_NAMED).map(([value, count]) => `${cut(value, LONGEST_VALUE)} ${count}`)
  const more = counts.size > MOST_NAMED ? `, and ${counts.size - MOST_NAMED} more` : ''
  return `${what} ${named.join(', ')}${more}`
}

/** Where the API lists them, each with its fingerprint. A filter that would be too long is left out: it then lists more. */
function toAddress({ receiver, labels, externalUrl }: SummarizedGroup): string {
  const query = new URLSearchParams({ receiver: quoteExpression(receiver) })
  for (const [name, value] of labels) {
    const filter = formatMatcher({ name, operator: '=', value })
    if (value !== '' && query.toString().length + filter.length <= LONGEST_FILTER)
      query.append('filter', filter)
  }
  return `${externalUrl.replace(/\/$/, '')}/api/v2/alerts?${query.toString()}`
}

function quoteExpression(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
